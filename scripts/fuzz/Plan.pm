# SPDX-License-Identifier: GPL-2.0-only
#
# Who fuzzes what, and for how long. An instance is one afl-fuzz in one role; a
# track is what one process does, instance after instance; a turn is some tracks
# side by side.
package Plan;
use strict;
use warnings;
use List::Util qw(min sum);

# Harnesses that are given programs (fuzz/program.h). They have more to find, and get
# twice the time or the processes of another one.
my %programs = map { $_ => 1 } qw(differential scenario);

# What each adds to the others: the main instance syncs with all; one has
# sanitizers; one solves comparisons, or for programs moves events and nothing
# else. All further ones have other power schedules (-p), MOpt (-L), or take the
# queue in order (-Z).
my %roles = (
	main => { options => [qw(-M main)] },
	asan => { preset => 'fuzz-asan', options => [qw(-S asan -p explore)] },
	cmplog => { cmplog => 1, options => [qw(-S cmplog -l 2AT)] },
	events => { mutator_only => 1, options => [qw(-S events -p exploit)] },
	explore => { options => [qw(-S explore -p explore)] },
	exploit => { options => [qw(-S exploit -p exploit)] },
	mopt => { options => [qw(-S mopt -L 0)] },
	rare => { options => [qw(-S rare -p rare)] },
	order => { options => [qw(-S order -Z)] },
	coe => { options => [qw(-S coe -p coe)] },
	lin => { options => [qw(-S lin -p lin)] },
	quad => { options => [qw(-S quad -p quad)] },
);
my @further = qw(exploit mopt rare explore order coe lin quad);

sub is_role { return exists $roles{$_[0]} }
sub roles { return sort keys %roles }
sub takes_programs { return $programs{$_[0]} }
sub options { return @{$roles{$_[0]}{options}} }
sub preset { return $roles{$_[0]}{preset} // 'fuzz' }
sub mutator_only { return $roles{$_[0]}{mutator_only} }

# the builds that a role needs
sub presets {
	my ($role) = @_;
	return (preset($role), $roles{$role}{cmplog} ? 'fuzz-cmplog' : ());
}

sub cmplog { return $roles{$_[0]}{cmplog} }

# dictionaries(HARNESS): as fuzz/words has them
sub dictionaries {
	my ($harness) = @_;
	open(my $file, '<', 'fuzz/words') or die "fuzz/words: $!\n";
	my ($line) = grep { /^\Q$harness\E / } <$file>;
	my (undef, @words) = split ' ', $line // '';
	return map { "fuzz/$_.dict" } @words;
}

# roles_of(HARNESS, JOBS): at least the first three, if they have to take turns
sub roles_of {
	my ($harness, $jobs) = @_;
	my @all = ('main', 'asan', takes_programs($harness) ? 'events' : 'cmplog',
		   @further);
	my $last = $jobs < 3 ? 2 : min($jobs - 1, $#all);
	return @all[0 .. $last];
}

# tracks(HARNESS, JOBS, SECONDS, ROLE...): the first process is the main's as long
# as there is another one for the rest
sub tracks {
	my ($harness, $jobs, $seconds, @roles) = @_;
	my @tracks;

	@roles = roles_of($harness, $jobs) unless @roles;
	$jobs = min($jobs, scalar @roles);
	for my $i (0 .. $#roles) {
		my $track = $i < $jobs || $jobs == 1 ? $i % $jobs :
			1 + ($i - $jobs) % ($jobs - 1);
		push @{$tracks[$track]}, { harness => $harness, role => $roles[$i] };
	}
	for my $track (@tracks) {
		$_->{seconds} = $seconds / @$track for @$track;
	}
	return @tracks;
}

sub share { return takes_programs($_[0]) ? 2 : 1 }

# turns(JOBS, SECONDS, [ROLE...], HARNESS...): all harnesses side by side where
# there is a process for each, else one after the other with all the processes
sub turns {
	my ($jobs, $seconds, $roles, @harnesses) = @_;
	my $all = sum(map { share($_) } @harnesses);
	my (@turn, %jobs);

	if (@harnesses > $jobs) {
		return map { [tracks($_, $jobs, $seconds * share($_) / $all, @$roles)] }
			@harnesses;
	}
	$jobs{$_} = 1 for @harnesses;
	for (@harnesses + 1 .. $jobs) {
		# to the one that has least for its share
		my ($next) = sort { $jobs{$a} / share($a) <=> $jobs{$b} / share($b) }
			@harnesses;
		$jobs{$next}++;
	}
	push @turn, tracks($_, $jobs{$_}, $seconds, @$roles) for @harnesses;
	return [@turn];
}

1;
