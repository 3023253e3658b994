# SPDX-License-Identifier: GPL-2.0-only
#
# What afl-fuzz writes about itself, and how a person sees it.
package Watch;
use strict;
use warnings;
use File::Basename qw(dirname);
use Inputs;
use List::Util qw(max sum0);

# stats(OUT/HARNESS/ROLE): its fuzzer_stats: a minute old at most
sub stats {
	my ($dir) = @_;
	my %stats;

	open(my $file, '<', "$dir/fuzzer_stats") or return {};
	for my $line (<$file>) {
		$stats{$1} = $2 if $line =~ /^(\S+)\s*: (.*?)%?\s*$/;
	}
	return \%stats;
}

# plot(OUT/HARNESS/ROLE): the last line of plot_data: some seconds old
sub plot {
	my ($dir) = @_;
	my (%plot, @names, $last);

	open(my $file, '<', "$dir/plot_data") or return {};
	@names = split /, /, (<$file> // '') =~ s/^# |\n//gr;
	# only the end of what may be long
	seek($file, -1000, 2) if -s $file > 2000;
	($last) = reverse grep { /\d\n$/ } <$file>;
	return {} unless @names && $last;
	chomp $last;
	@plot{@names} = split /, */, $last;
	return \%plot;
}

# found(OUT/HARNESS): inputs that an instance found itself and kept, in all its runs
sub found {
	my ($out) = @_;
	my $sum = 0;
	for my $dir (map { dirname($_) } glob "'$out'/*/plot_data") {
		my ($stats, $plot) = (stats($dir), plot($dir));
		my $since = ($plot->{corpus_count} // 0) - ($stats->{corpus_count} // 0);
		$sum += ($stats->{corpus_found} // 0) + max(0, $since);
	}
	return $sum;
}

# number(1234567): 1,234,567
sub number {
	my ($n) = @_;
	1 while $n =~ s/^(\d+)(\d{3})/$1,$2/;
	return $n;
}

sub clock {
	my ($seconds) = @_;
	$seconds = 0 if $seconds < 0;
	return sprintf '%d:%02d:%02d', $seconds / 3600, $seconds / 60 % 60,
		$seconds % 60;
}

# row(OUT, HARNESS, INSTANCE...): what these, which run now, do
sub row {
	my ($out, $harness, @instances) = @_;
	my @plots = map { plot($_->{dir}) } @instances;
	# The programs differ in their edges. The main one's are told, if they can.
	my $main = plot("$out/$harness/main");

	return {
		harness => $harness,
		roles => join('+', map { $_->{role} } @instances),
		speed => sum0(map { $_->{execs_per_sec} // 0 } @plots),
		edges => $main->{edges_found} // max(0, map { $_->{edges_found} // 0 } @plots),
		new => found("$out/$harness"),
		findings => scalar(Inputs::findings("$out/$harness")),
		stability => stats("$out/$harness/main")->{stability} //
			stats($instances[0]{dir})->{stability} // '-',
		left => max(map { $_->{until} } @instances) - time,
	};
}

my $format = "%-12s  %-16s %9s %7s %9s %8s %10s %8s\n";

# table(LEFT, ROW...): for a screen
sub table {
	my ($left, @rows) = @_;
	my $text = sprintf $format, 'harness', 'runs', 'exec/s', 'edges', 'new paths',
		'findings', 'stability', 'left';

	for my $r (@rows) {
		$text .= sprintf $format, $r->{harness}, $r->{roles},
			number(int $r->{speed}), $r->{edges}, $r->{new},
			$r->{findings}, $r->{stability} . ' %', clock($r->{left});
	}
	return $text . "all done in " . clock($left) . "\n";
}

# line(LEFT, ROW): for a log
sub line {
	my ($left, $r) = @_;
	return sprintf "%s: %s, %s exec/s, %d edges, %d new paths, %d findings, " .
		"stability %s %%, %s left of %s\n", $r->{harness}, $r->{roles},
		number(int $r->{speed}), @$r{qw(edges new findings stability)},
		clock($r->{left}), clock($left);
}

1;
