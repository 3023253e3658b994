#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# ./dev fuzz: a campaign of AFL++ over the harnesses (docs/fuzzing.md). Builds,
# starts instances in their roles, shows how they get on, stops by itself, keeps
# the smallest corpus, and says what was found.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use Fcntl qw(:flock);
use File::Basename qw(basename dirname);
use File::Path qw(make_path);
use Getopt::Long;
use List::Util qw(sum0 uniq);
use POSIX qw(WNOHANG);
use Sys::Hostname qw(hostname);

use FindBin;
use lib "$FindBin::RealBin/fuzz";
use Command;
use Inputs;
use Plan;
use Sync;
use Watch;

my $usage = <<'END';
usage: ./dev fuzz [HARNESS...] [OPTION...]

  HARNESS      all of fuzz/fuzz_*.c
  --minutes M  for all of them together (60)
  --jobs N     processes at the same time (as many as CPUs)
  --out DIR    what is there already is gone on with (build/campaign)
  --sync DIR   share finds with other machines over a folder that all see
  --host NAME  this machine's name there (its host name)
  --kernel T   the tree that differential compares with (Debian's 6.12)
  --roles R,.. only these instances: %s
  --execs N    each instance stops after about N executions
  --build DIR  where to build (build)

Exit status: 0 nothing was found, 1 something was, 2 it could not run.
END

my $top = dirname($FindBin::RealBin);
my $here = getcwd();
my %o = (minutes => 60, jobs => `nproc` + 0, out => "$top/build/campaign",
	 host => hostname(), build => "$top/build", roles => '');
my $deadline;		# of the whole campaign
my $stop = 0;		# somebody wants it to end
my @running;		# instances, each with pid, dir, until
my %unable;		# harness => why it could not run

sub fail { print STDERR "fuzz: @_\n"; exit 2 }

# --- before it starts ------------------------------------------------------------

sub help { return sprintf $usage, join(' ', Plan::roles()) }

sub options {
	GetOptions(\%o, 'minutes=s', 'jobs=s', 'out=s', 'sync=s', 'host=s',
		   'kernel=s', 'roles=s', 'execs=s', 'build=s', 'help|h')
		or exit 2;
	if ($o{help}) { print help(); exit 0 }
	for my $name (grep { defined $o{$_} } qw(minutes jobs execs)) {
		$o{$name} =~ /^(?!0*\.?0*$)\d+(\.\d+)?$/ &&
			($name eq 'minutes' || $o{$name} =~ /^\d+$/)
			or fail("--$name: '$o{$name}' is no number of $name");
	}
	$o{host} =~ /^\w[\w.-]*$/ or fail("--host: '$o{host}' is no name of a folder");
	for my $role (split /,/, $o{roles}) {
		Plan::is_role($role)
			or fail("--roles: no role '$role'; there are:", Plan::roles());
	}
	# given where the caller is
	for my $name (grep { defined $o{$_} } qw(out sync kernel build)) {
		$o{$name} = "$here/$o{$name}" unless $o{$name} =~ m{^/};
		$o{$name} =~ /'/ and fail("--$name: a name with a ' in it: $o{$name}");
	}
}

sub harnesses {
	my @all = map { m{fuzz_(\w+)\.c$} } glob 'fuzz/fuzz_*.c';
	for my $name (@_) {
		grep { $_ eq $name } @all
			or fail("no harness '$name'; there are: @all");
	}
	return @_ ? uniq(@_) : @all;
}

sub tools {
	my @needed = ('afl-fuzz', 'afl-cmin', 'afl-clang-fast', 'cmake',
		      defined $o{sync} ? 'rsync' : ());
	for my $tool (@needed) {
		grep { -x "$_/$tool" } split /:/, $ENV{PATH}
			or fail("no $tool here; scripts/packages.sh installs it");
	}
}

# The lock ends with this process.
my $lock;
sub folders {
	make_path($o{out}, { error => \my $error });
	@$error and fail("$o{out}: ", values %{$error->[0]});
	open($lock, '>', "$o{out}/.lock") or fail("$o{out}: $!");
	flock($lock, LOCK_EX | LOCK_NB)
		or fail("$o{out}: another campaign is running there");
	my $free = (split ' ', (`df -Pk '$o{out}'`)[1])[3] >> 10;
	$free >= 300
		or fail("$o{out}: $free MiB free, a campaign may need 300");
	return unless defined $o{sync};
	-d $o{sync} && -w _ or fail("--sync: $o{sync}: no folder to write to");
}

# What afl-fuzz would refuse to start with, and only root, or the host of a
# container, can change.
sub environment {
	delete $ENV{$_} for grep { /^(AFL|ASAN|UBSAN)_/ } keys %ENV;
	%ENV = (%ENV,
		AFL_NO_UI => 1,
		AFL_ALLOW_TMP => 1,		# as --out, if somebody likes
		AFL_AUTORESUME => 1,
		AFL_IMPORT_FIRST => 1,
		AFL_SYNC_TIME => 1,		# minutes
		AFL_CMPLOG_ONLY_NEW => 1,
		AFL_FAST_CAL => 1,
		AFL_HANG_TMOUT => 5000,		# ms; others use this machine, too
		AFL_FORKSRV_INIT_TMOUT => 60000,
		AFL_NO_AFFINITY => 1,		# containers do not see each other
		AFL_SKIP_CPUFREQ => 1,
		AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES => 1);
	open(my $file, '<', '/proc/sys/kernel/core_pattern') or return;
	(<$file> // '') =~ /^\|/ and
		print "note: core_pattern sends crashes to a program here; each one " .
			"takes its time\n";
}

# --- builds --------------------------------------------------------------------------

sub run_logged {
	my ($log, @command) = @_;
	Command::run($log, @command) and return;
	system('tail', '-n', 30, $log);
	fail("that failed: $log");
}

sub build {
	my ($preset, @targets) = @_;
	my $dir = "$o{build}/$preset";
	my $log = "$dir.log";
	my @tree = $o{kernel} ? "-DKERNEL_SOURCE=$o{kernel}" : ();

	print "building $dir\n";
	make_path($o{build});
	unlink $log;
	run_logged($log, 'cmake', '--preset', $preset, '-B', $dir, @tree);
	run_logged($log, 'cmake', '--build', $dir, '--parallel', $o{jobs},
		   '--target', @targets);
}

sub builds {
	my ($harnesses, @instances) = @_;

	if (grep { $_ eq 'differential' } @$harnesses) {
		$o{kernel} //= `scripts/kernel-tree.sh`;
		$? == 0 or fail('no kernel tree for differential');
		chomp $o{kernel};
	}
	for my $preset (uniq(map { Plan::presets($_->{role}) } @instances)) {
		build($preset, map { "fuzz_$_" } @$harnesses);
	}
	run_logged("$o{build}/seeds.log", 'fuzz/make-seeds.pl', '--captures',
		   "$o{build}/seeds");
	build('dev', 'mutator_scenario')
		if grep { Plan::takes_programs($_) } @$harnesses;
}

sub program {
	my ($preset, $harness) = @_;
	return "$o{build}/$preset/bin/fuzz_$harness";
}

# what checks an input: with sanitizers, if they are built
sub judges { return grep { -x } map { program($_, $_[0]) } 'fuzz-asan', 'fuzz' }

# the one whose edges are counted
sub counter { return (grep { -x } map { program($_, $_[0]) } 'fuzz', 'fuzz-asan')[0] }

# --- instances -----------------------------------------------------------------------

sub command {
	my ($i, $seeds) = @_;
	my ($harness, $role) = @$i{qw(harness role)};
	my @command = ('afl-fuzz', '-i', $seeds, '-o', "$o{out}/$harness",
		       Plan::options($role), '-t', '1000+');

	push @command, '-c', program('fuzz-cmplog', $harness) if Plan::cmplog($role);
	push @command, map { ('-x', $_) } Plan::dictionaries($harness);
	push @command, '-E', $o{execs} + (Watch::stats($i->{dir})->{execs_done} // 0)
		if $o{execs};
	return (@command, '--', program(Plan::preset($role), $harness));
}

sub start {
	my ($i) = @_;
	my $log = "$i->{dir}.log";
	my @command;

	make_path(dirname($i->{dir}));
	Inputs::put_aside($i->{dir});
	@command = command($i, "$o{out}/$i->{harness}/seeds/queue");
	$i->{pid} = fork // fail("fork: $!");
	if (!$i->{pid}) {
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', $log) or die "$log: $!\n";
		open(STDERR, '>&', \*STDOUT);
		if (Plan::takes_programs($i->{harness})) {
			$ENV{AFL_CUSTOM_MUTATOR_LIBRARY} =
				"$o{build}/dev/modules/mutator_scenario.so";
			$ENV{AFL_CUSTOM_MUTATOR_ONLY} = 1
				if Plan::mutator_only($i->{role});
		}
		exec @command or die "$command[0]: $!\n";
	}
	$i->{until} = time + $i->{seconds};
	push @running, $i;
}

# why afl-fuzz did not run, in its own words
sub complaint {
	my ($i) = @_;
	open(my $file, '<', "$i->{dir}.log") or return "no $i->{dir}.log";
	my @lines = map { s/\e\[[\d;]*m//gr } <$file>;
	my ($abort) = grep { /PROGRAM ABORT|SYSTEM ERROR/ } @lines;
	($abort // $lines[-1] // 'no word') =~ /^(?:\[-\] )?\s*(.*)/;
	return "$i->{role}: $1 ($i->{dir}.log)";
}

# Every program that afl-fuzz starts leads a session of its own. AFL++ 4.04 leaves
# one of CmpLog's behind, stopped for ever, and with it the lock of its folder.
sub note_sessions {
	my $all = Command::processes();
	for my $i (@running) {
		$i->{sessions}{$_} = 1
			for grep { $all->{$_}{parent} == $i->{pid} } keys %$all;
	}
}

sub end_sessions {
	my ($i) = @_;
	my $all = Command::processes();
	kill KILL => grep { $i->{sessions}{$all->{$_}{session}} } keys %$all;
}

sub ended {
	my ($i, $status) = @_;
	my $main = "$o{out}/$i->{harness}/main";

	end_sessions($i);
	$unable{$i->{harness}} = complaint($i) if $status;
	# Others take what the main one has found, whether it runs or not.
	if ($i->{role} eq 'main' && -d $main) {
		open(my $file, '>>', "$main/is_main_node");
	}
}

# those that are over; afl-fuzz ends well when it is interrupted
sub reap {
	my @still;
	note_sessions();
	for my $i (@running) {
		kill INT => $i->{pid} if $stop || time >= $i->{until};
		if (waitpid($i->{pid}, WNOHANG) > 0) { ended($i, $?) }
		else { push @still, $i }
	}
	@running = @still;
}

# --- turns ---------------------------------------------------------------------------

sub prepare {
	my ($harness) = @_;
	make_path("$o{out}/$harness");
	Inputs::seeds("$o{out}/$harness", ["fuzz/seeds/$harness",
					   "fixtures/regress/$harness",
					   "$o{build}/seeds/$harness"],
		      judges($harness));
	if ($o{sync}) {
		Sync::take(@o{qw(out sync host)}, $harness);
	}
}

sub sync {
	return unless $o{sync};
	for my $harness (uniq(@_)) {
		Sync::give(@o{qw(out sync host)}, $harness);
		Sync::take(@o{qw(out sync host)}, $harness);
	}
}

my $lines = 0;
sub show {
	my @harnesses = uniq(map { $_->{harness} } @running);
	my @rows;

	for my $harness (@harnesses) {
		push @rows, Watch::row($o{out}, $harness,
				       grep { $_->{harness} eq $harness } @running);
	}
	if (-t STDOUT) {
		my $table = Watch::table($deadline - time, @rows);
		print "\e[${lines}A\e[J" if $lines;
		print $table;
		$lines = $table =~ tr/\n//;
	} else {
		print Watch::line($deadline - time, $_) for @rows;
	}
}

# every so many seconds
sub due {
	my ($when, $seconds) = @_;
	return if time < $$when;
	$$when = time + $seconds;
	return 1;
}

sub turn {
	my @tracks = map { [@$_] } @_;
	my @harnesses = uniq(map { $_->[0]{harness} } @tracks);
	my $first = -t STDOUT ? 2 : 10;
	my ($next_show, $next_sync) = (time + $first, time + 60);

	print "\n== ", join(', ', @harnesses), "\n";
	prepare($_) for @harnesses;
	while (!$stop) {
		for my $track (@tracks) {
			next if !@$track || grep { $_->{track} == $track } @running;
			my $i = shift @$track;
			$i->{dir} = "$o{out}/$i->{harness}/$i->{role}";
			$i->{track} = $track;
			start($i) unless $unable{$i->{harness}};
		}
		last unless @running || grep { @$_ } @tracks;
		show() if @running && due(\$next_show, -t STDOUT ? 2 : 60);
		sync(@harnesses) if due(\$next_sync, 60);
		select(undef, undef, undef, 0.3);
		reap();
	}
	while (@running) {
		reap();
		select(undef, undef, undef, 0.1);
	}
	$lines = 0;
	sync(@harnesses);
	return @harnesses;
}

# --- at the end ------------------------------------------------------------------------

sub minimise {
	my ($harness) = @_;
	return if $unable{$harness};
	print "$harness: minimising the corpus\n";
	Inputs::minimise("$o{out}/$harness", counter($harness))
		or print "$harness: afl-cmin failed: $o{out}/$harness/corpus.log\n";
}

sub summary {
	my ($harness) = @_;
	my $out = "$o{out}/$harness";
	my @stats = map { Watch::stats(dirname($_)) } glob "'$out'/*/fuzzer_stats";
	return unless @stats || $unable{$harness};
	my $edges = Inputs::edges("$out/corpus", counter($harness)) // 'no';

	printf "%-12s %13s execs in %s, %s edges, %d new paths, corpus of %d%s\n",
		$harness, Watch::number(sum0(map { $_->{execs_done} // 0 } @stats)),
		Watch::clock(sum0(map { $_->{run_time} // 0 } @stats)), $edges,
		Watch::found($out), Inputs::count("$out/corpus"),
		$unable{$harness} ? "\n  could not run: $unable{$harness}" : '';
}

# What was found, what of it still fails, and for which reasons. One that has been
# mended since does not count.
sub findings {
	my ($harness) = @_;
	my @found = Inputs::findings("$o{out}/$harness");
	my (%why, $still);

	for my $file (@found) {
		my $why = Inputs::fails($file, judges($harness)) // next;
		$still++;
		$why =~ s/0x[0-9a-f]+|\d+/N/g;
		push @{$why{$why}}, $file;
	}
	printf "%s: %d findings, %d of them fail now\n", $harness, scalar @found,
		$still // 0 if @found;
	for my $why (sort keys %why) {
		printf "  %d x %s\n    %s\n", scalar @{$why{$why}}, $why, $why{$why}[0];
	}
	return $still // 0;
}

sub report {
	my @harnesses = @_;
	print "\n== what there is in $o{out}\n";
	summary($_) for @harnesses;
	my $found = sum0(map { findings($_) } @harnesses);
	print $found ? "look at them with: ./dev triage $o{out}\n" : "no findings\n",
		"corpora: $o{out}/HARNESS/corpus; go on with the same --out\n";
	exit 2 if %unable;
	exit($found ? 1 : 0);
}

# --- all of it ---------------------------------------------------------------------------

$| = 1;
options();
chdir $top or fail("$top: $!");
my @harnesses = harnesses(@ARGV);
tools();
folders();
environment();
my @turns = Plan::turns($o{jobs}, $o{minutes} * 60, [split /,/, $o{roles}], @harnesses);
builds(\@harnesses, map { map { @$_ } @$_ } @turns);
$deadline = time + $o{minutes} * 60;
$SIG{$_} = sub { $stop = 1 } for qw(INT TERM HUP);
for (@turns) {
	last if $stop;
	my @done = turn(@$_);
	for my $harness (@done) {
		minimise($harness) unless $stop;
	}
}
report(@harnesses);
