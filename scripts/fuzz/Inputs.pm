# SPDX-License-Identifier: GPL-2.0-only
#
# Inputs in the folders of a campaign: the first ones, those that fail, and the
# few that are worth keeping. What a harness has lies in OUT/HARNESS:
#
#   main, asan, ...    instances of afl-fuzz, each with queue/, crashes/, hangs/
#   main.1, ...        crashes/ and hangs/ of its earlier runs
#   seeds              as if it were an instance; its crashes/ are seeds that fail
#   from-HOST          the queue of another machine's main instance
#   corpus             the smallest part of all queues with the same edges
package Inputs;
use strict;
use warnings;
use Command;
use File::Basename qw(basename);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);

# No input takes as long, even with sanitizers and on a busy machine.
my $seconds = 10;

sub count { return scalar grep { -f } glob "'$_[0]'/*" }

# fails(INPUT, PROGRAM...): why it fails with one of them, or nothing
sub fails {
	my ($input, @programs) = @_;

	for my $program (@programs) {
		my $pid = open(my $pipe, '-|') // die "fork: $!\n";
		if (!$pid) {
			open(STDIN, '<', $input) or die "$input: $!\n";
			open(STDERR, '>&', \*STDOUT) or die "stdout: $!\n";
			delete $ENV{$_} for grep { /^AFL_/ } keys %ENV;
			$ENV{ASAN_OPTIONS} = 'detect_leaks=0:symbolize=0';
			alarm $seconds;
			exec $program or die "$program: $!\n";
		}
		my @told = <$pipe>;
		close($pipe);
		next if $? == 0;
		return "takes longer than $seconds s" if ($? & 127) == 14;
		for (@told) {
			return $1 if /^(broken promise: .*)/ ||
				/(AddressSanitizer: \S+)/ || /(runtime error: .*)/;
		}
		return $? & 127 ? 'ends with signal ' . ($? & 127) :
			'ends with status ' . ($? >> 8);
	}
	return;
}

# seed(DIRECTORY, INPUT, PROGRAM...): a name is placed once and stays, so that a
# main instance that runs again takes only new ones out of the queue
sub seed {
	my ($dir, $input, @programs) = @_;
	my $name = basename($input);
	my ($old) = grep { /,orig:\Q$name\E$/ } glob "'$dir'/{queue,crashes}/id:*";
	my $id = $old ? basename($old) :
		sprintf('id:%06d,orig:%s', count("$dir/queue") + count("$dir/crashes"),
			$name);

	unlink $old if $old;
	copy($input, "$dir/" . (fails($input, @programs) ? 'crashes' : 'queue') .
	     "/$id") or die "$dir: $!\n";
}

# seeds(OUT/HARNESS, [FOLDER...], PROGRAM...): where the first inputs are
sub seeds {
	my ($out, $folders, @programs) = @_;
	my $dir = "$out/seeds";

	make_path("$dir/queue", "$dir/crashes");
	for my $folder (@$folders) {
		seed($dir, $_, @programs) for grep { -f } glob "'$folder'/*";
	}
	# AFL++ cannot begin with nothing.
	if (!count("$dir/queue")) {
		open(my $file, '>', "$dir/queue/id:000000,orig:one-zero") or
			die "$dir: $!\n";
		print $file "\0";
		close($file) or die "$dir: $!\n";
	}
	return "$dir/queue";
}

# put_aside(OUT/HARNESS/ROLE): before afl-fuzz runs there again; it would rename
# what was found, and that to something that nobody looks for
sub put_aside {
	my ($dir) = @_;
	my $n = 1;

	return unless () = glob "'$dir'/{crashes,hangs}/id:*";
	$n++ while -e "$dir.$n";
	make_path("$dir.$n");
	for my $kind (qw(crashes hangs)) {
		next unless -d "$dir/$kind";
		rename("$dir/$kind", "$dir.$n/$kind") or die "$dir/$kind: $!\n";
	}
}

sub findings {
	my @found = glob "'$_[0]'/*/{crashes,hangs}/id:*";
	return @found;
}

# minimise(OUT/HARNESS, PROGRAM): corpus/ anew. False: no afl-cmin, or it failed
sub minimise {
	my ($out, $program) = @_;
	my $all = "$out/.all";
	my $ok;

	remove_tree($all, "$out/.corpus");
	make_path($all);
	for my $path (glob "'$out'/*/queue/id:*") {
		my ($instance, $name) = $path =~ m{([^/]+)/queue/([^/]+)$};
		link($path, "$all/$instance,$name") or copy($path, "$all/$instance,$name");
	}
	unlink "$out/corpus.log";
	$ok = Command::run("$out/corpus.log", 'afl-cmin', '-i', $all,
			   '-o', "$out/.corpus", '--', $program);
	remove_tree($all);
	return unless $ok;
	remove_tree("$out/corpus");
	return rename("$out/.corpus", "$out/corpus");
}

# edges(FOLDER, PROGRAM): as scripts/fuzz-edges.sh counts them
sub edges {
	my ($folder, $program) = @_;
	my $list = "$folder/../.edges";

	Command::run('/dev/null', 'afl-showmap', '-C', '-i', $folder, '-o', $list,
		     '--', $program) or return;
	open(my $file, '<', $list) or return;
	my @lines = <$file>;
	unlink $list;
	return scalar @lines;
}

1;
