#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Prints docs/schemes.md with its tables made anew by `crash-hp compare`:
#
#   scripts/schemes-tables.pl build/dev/bin/crash-hp >new && mv new docs/schemes.md
#
# tests/cli_schemes.sh complains where they are not what the program says.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;

my $crash_hp = shift or die "usage: schemes-tables.pl CRASH-HP\n";
my $source = $0 =~ s{[^/]*$}{}r . '..';
my $work = tempdir(CLEANUP => 1);

# the same result on every computer
my @fixed = ('--param', 'handler=50us');

my %machines = (
	powerpc => "  tree: TREES/pseries-8core.dts\n  crashkernel: 512M\@512M\n",
	x86_64 => "  arch: x86_64\n  memory: [0x1000-0x9fbff, 1M+2047M]\n" .
		"  possible-cpus: 8\n  present: \"0-1\"\n" .
		"  block-size: 128M\n  crashkernel: 256M\@512M\n",
);

# kind of event, and what it is on each architecture; the crash is on CPU 0, or on
# the one that came
my @kinds = (
	[ 'CPU added, and crashes',
	  [ "cpu-add: 8", "cpu-online: 8", "crash: 8" ],
	  [ "cpu-add: 2", "cpu-online: 2", "crash: 2" ] ],
	[ 'CPU offline',
	  [ "cpu-offline: 1", "crash: 0" ], [ "cpu-offline: 1", "crash: 0" ] ],
	[ 'memory added',
	  [ "dimm-add: 0x80000000+256M", "crash: 0" ],
	  [ "dimm-add: 4G+128M", "crash: 0" ] ],
	[ 'block offline',
	  [ "memory-offline: 0x50000000+256M", "crash: 0" ],
	  [ "memory-offline: 0x50000000+128M", "crash: 0" ] ],
	[ 'memory removed',
	  [ "dimm-remove: 0x50000000+256M", "crash: 0" ],
	  [ "dimm-remove: 0x50000000+128M", "crash: 0" ] ],
);

# those that are soon played
my @scenarios = qw(dlpar-4-cores-smt8 rolling-offline mail-2020-rhel8-1-dimm);

sub compare {
	my ($file, @options) = @_;
	open my $out, '-|', $crash_hp, 'compare', '--json', @fixed, @options, $file
		or die "$crash_hp: $!\n";
	local $/;
	my $json = <$out>;
	close $out or die "$crash_hp compare $file failed\n";
	return decode_json($json)->{schemes};
}

# a kernel tree's handlers are there on some computers only
sub names {
	my ($arch, $pattern) = @_;
	my $file = scenario($arch, $kinds[1][$arch eq 'powerpc' ? 1 : 2]);
	return join ',', grep { $_ !~ /upstream/ && $_ =~ $pattern }
		map { $_->{scheme} } @{compare($file)};
}

# the events, a crash right behind them, and one a minute later
sub scenario {
	my ($arch, $events) = @_;
	my $file = "$work/$arch.yaml";
	my $machine = $machines{$arch} =~ s{TREES}{$trees::dir}r;
	open my $f, '>', $file or die "$file: $!\n";
	print $f "name: kind\nmachine:\n${machine}timing:\n  pace: 1s\nevents:\n",
		"  - load: {kernel-size: 64K, initrd-size: 64K}\n",
		map({ "  - $_\n" } @$events), "  - $events->[-1]\n    after: 60s\n";
	close $f or die "$file: $!\n";
	return $file;
}

sub kinds_table {
	my $arch = shift;
	my $names = names($arch, qr/./);
	my (%cells, @order);

	for my $kind (@kinds) {
		my $rows = compare(scenario($arch, $kind->[$arch eq 'powerpc' ? 1 : 2]),
				   '--schemes', $names);
		for my $row (@$rows) {
			my ($now, $later) = map { $_->{verdict} } @{$row->{crashes}};
			push @{$cells{$row->{scheme}}},
				$now eq $later ? $now : "$now, then $later";
		}
		@order = map { $_->{scheme} } @$rows;
	}
	return join '', map { "| " . join(' | ', @$_) . " |\n" }
		[ $arch, map { $_->[0] } @kinds ], [ ('---') x (1 + @kinds) ],
		map { [ "`$_`", @{$cells{$_}} ] } @order;
}

sub seconds {
	my $s = shift() / 1e9;
	return '0' if !$s;
	return $s >= 100 ? sprintf('%.0f s', $s) : $s >= 1 ? sprintf('%.1f s', $s) :
		sprintf('%.3g ms', $s * 1e3);
}

sub percent {
	my $chance = shift;
	return '-' if !defined $chance;
	return sprintf $chance > 0.999 && $chance < 1 ? '%.3f %%' : '%.1f %%',
		100 * $chance;
}

# the schemes themselves, without their other forms
sub results {
	my %names = map { $_ => names($_, qr/^[^:]*$/) } qw(powerpc x86_64);
	my $text = "| scenario | scheme | reloads | done at | none | torn | stale " .
		"| chance | in storm |\n|" . ' --- |' x 9 . "\n";

	for my $name (@scenarios) {
		my $arch = $name =~ /^mail/ ? 'x86_64' : 'powerpc';
		my $rows = compare("$source/fixtures/scenarios/$name.yaml",
				   '--schemes', $names{$arch});
		my $shown = $name;
		for my $row (@$rows) {
			my $ns = $row->{overall_ns};
			$text .= '| ' . join(' | ', $shown, "`$row->{scheme}`",
				$row->{reloads}, seconds($row->{total_ns}),
				map({ seconds($ns->{$_}) } qw(none torn stale)),
				percent($row->{chance}),
				percent($row->{chance_in_storm})) . " |\n";
			$shown = '';
		}
	}
	return $text;
}

$trees::dir = qx(realpath '$source/fixtures/trees');
chomp $trees::dir;
open my $doc, '<', "$source/docs/schemes.md" or die "docs/schemes.md: $!\n";
my $inside = 0;
while (<$doc>) {
	$inside = 0 if /^<!-- end -->/;
	print if !$inside;
	next if !/^<!-- (table (\w+)|results) -->/;
	$inside = 1;
	print "\n", $2 ? kinds_table($2) : results(), "\n";
}
