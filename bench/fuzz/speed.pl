#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# How fast are the harnesses, beside one that does nothing? afl-fuzz runs each of
# them for so many seconds of processor time, its own and the program's, round after
# round: others may use the machine meanwhile. ./dev fuzz-speed, docs/fuzzing.md.
#
# Exit status: 0 all fast enough, 1 one is not, 2 it could not run.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Path qw(remove_tree);
use Getopt::Long;
use POSIX qw(WNOHANG sysconf _SC_CLK_TCK);

chdir dirname(__FILE__) . '/../..' or die;

my %o = (seconds => 10, rounds => 3, build => 'build');
GetOptions(\%o, 'seconds=i', 'rounds=i', 'build=s') && !@ARGV &&
	$o{seconds} > 0 && $o{rounds} > 0 or do {
	print STDERR "usage: ./dev fuzz-speed [--seconds S] [--rounds N] [--build DIR]\n";
	exit 2;
};

# of what the empty one does in the same build; else half
my %wanted = ('fuzz-asan scenario' => 2000 / 30000);
my @presets = ('fuzz', 'fuzz-asan');
my @harnesses = map { /fuzz_(\w+)\.c$/ } glob 'fuzz/fuzz_*.c';

sub fail { print STDERR "fuzz-speed: @_\n"; exit 2 }

sub build {
	my ($preset) = @_;
	my $log = "$o{build}/$preset-speed.log";
	my $command = "(cmake --preset $preset -B $o{build}/$preset && " .
		"cmake --build $o{build}/$preset --target fuzzers fuzz_empty)";

	system("mkdir -p $o{build} && $command >$log 2>&1") == 0 or
		fail("that does not build: $log");
}

# --- processor time ---------------------------------------------------------------

# ticks of a process, of those below it, and of those that it has waited for
sub ticks {
	my ($pid) = @_;
	my ($stat, $children) = ('', '');

	if (open(my $f, '<', "/proc/$pid/stat")) { $stat = <$f> // '' }
	if (open(my $f, '<', "/proc/$pid/task/$pid/children")) { $children = <$f> // '' }
	my @fields = split ' ', $stat =~ s/.*\) //r;
	my $sum = @fields ? $fields[11] + $fields[12] + $fields[13] + $fields[14] : 0;
	$sum += ticks($_) for split ' ', $children;
	return $sum;
}

# --- one run ------------------------------------------------------------------------

sub run {
	my ($preset, $name) = @_;
	my $out = "$o{build}/fuzz-speed.out";
	my $seeds = $name eq 'empty' ? 'elfcorehdr' : $name;
	my ($ticks, %stats) = (0);

	remove_tree($out);
	my $pid = fork // fail("fork: $!");
	if (!$pid) {
		open(STDOUT, '>', "$o{build}/fuzz-speed.log");
		open(STDERR, '>&', \*STDOUT);
		open(STDIN, '<', '/dev/null');
		if ($name eq 'scenario' || $name eq 'differential') {
			$ENV{AFL_CUSTOM_MUTATOR_LIBRARY} =
				"$o{build}/fuzz-speed-mutator.so";
			$ENV{AFL_CUSTOM_MUTATOR_ONLY} = 1;
		}
		exec('afl-fuzz', '-V', 60 * $o{seconds}, '-t', '1000+', '-i',
		     "fuzz/seeds/$seeds", '-o', $out, '--',
		     "$o{build}/$preset/bin/fuzz_$name") or exit 2;
	}
	while (!waitpid($pid, WNOHANG)) {
		my $now = ticks($pid);
		$ticks = $now if $now > $ticks;
		kill INT => $pid if $ticks >= $o{seconds} * sysconf(_SC_CLK_TCK);
		select(undef, undef, undef, 0.05);
	}
	open(my $f, '<', "$out/default/fuzzer_stats") or
		fail("afl-fuzz did not run: $o{build}/fuzz-speed.log");
	/^(\w+) *: ([\d.]+)/ and $stats{$1} = $2 while <$f>;
	return { speed => $stats{execs_done} * sysconf(_SC_CLK_TCK) / ($ticks || 1),
		 stability => $stats{stability}, edges => $stats{edges_found} };
}

sub median { return (sort { $a <=> $b } @_)[@_ / 2] }

# --- all of it ------------------------------------------------------------------------

%ENV = (%ENV, AFL_NO_UI => 1, AFL_NO_AFFINITY => 1, AFL_SKIP_CPUFREQ => 1,
	AFL_FORKSRV_INIT_TMOUT => 60000,
	AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES => 1);
build($_) for @presets;
system("cc -std=gnu11 -O2 -shared -fPIC -Iemu -o $o{build}/fuzz-speed-mutator.so " .
       'fuzz/mutator_scenario.c') == 0 or fail('no mutator');

my ($missed, %runs) = (0);
for (1 .. $o{rounds}) {
	for my $preset (@presets) {
		for my $name ('empty', @harnesses) {
			next unless -x "$o{build}/$preset/bin/fuzz_$name";
			push @{$runs{$preset}{$name}}, run($preset, $name);
		}
	}
}

printf "%-10s %-12s %9s %8s %7s %9s %6s\n", qw(build harness inputs/s ratio wanted
	stability edges);
for my $preset (@presets) {
	my $empty = $runs{$preset}{empty};
	for my $name ('empty', @harnesses) {
		my $runs = $runs{$preset}{$name} or next;
		my $ratio = median(map { $runs->[$_]{speed} / $empty->[$_]{speed} }
				   0 .. $#$runs);
		my $wanted = $wanted{"$preset $name"} //
			($preset eq 'fuzz' && $name !~ /scenario|differential|empty/ ?
			 0.5 : undef);
		my $slow = defined $wanted && $ratio < $wanted;

		$missed ||= $slow;
		printf "%-10s %-12s %9.0f %8.3f %7s %8s%% %6s%s\n", $preset, $name,
			median(map { $_->{speed} } @$runs), $ratio,
			defined $wanted ? sprintf('%.3f', $wanted) : '-',
			median(map { $_->{stability} } @$runs),
			median(map { $_->{edges} } @$runs), $slow ? '  too slow' : '';
	}
}
exit($missed ? 1 : 0);
