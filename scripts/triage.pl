#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# ./dev triage: from what a fuzzer has left to named inputs (docs/fuzzing.md).
# Findings are replayed with sanitizers and sorted by cause; of each cause the
# smallest one goes through Valgrind and gdb, and is made smaller still.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use Digest::MD5 qw(md5_hex);
use File::Basename qw(basename dirname);
use File::Copy qw(copy);
use File::Path qw(make_path);
use FindBin;
use Getopt::Long qw(:config no_auto_abbrev);

use lib "$FindBin::RealBin/triage";
use Replay;
use Shrink;

my $usage = <<'END';
usage: ./dev triage DIR [HARNESS] [OPTION...]
       ./dev triage FILE HARNESS [OPTION...]

  DIR          what ./dev fuzz wrote: DIR/HARNESS/INSTANCE/{crashes,hangs}, or
               one harness of it, which has that name or is named
  FILE         one input
  --out DIR    where inputs, scenarios and full reports go (build/triage)
  --seconds N  of processor time, after which an input hangs (10)
  --kernel T   the tree that differential compares with (Debian's 6.12)
  --bin DIR    build nothing, use DIR/{plain,asan,afl}/fuzz_HARNESS

Exit status: 0 no finding reproduces, 1 some do, 2 it could not run.
END

my $top = dirname($FindBin::RealBin);
my $here = getcwd();
my %o = (out => "$top/build/triage", seconds => 10);
my %dir;	# "plain", "asan", "afl": function of a harness, its folder

sub fail { print STDERR "triage: @_\n"; exit 2 }

sub absolute { return $_[0] =~ m{^/} ? $_[0] : "$here/$_[0]" }

# --- what there is ---------------------------------------------------------------

sub is_harness {
	my ($name) = @_;
	return $o{bin} ? -x "$o{bin}/asan/fuzz_$name" : -e "$top/fuzz/fuzz_$name.c";
}

# of one harness' AFL++ directory
sub findings_of {
	my ($dir, $harness) = @_;
	my (%seen, @findings);
	for my $kind (qw(crashes hangs)) {
		for my $file (sort glob "\Q$dir\E/*/$kind/id*") {
			push @findings, { harness => $harness, file => $file }
				unless $seen{contents($file)}++;
		}
	}
	return @findings;
}

sub findings {
	my ($path, $harness) = @_;
	-e $path or fail("$path: no such file or directory");
	!defined $harness || is_harness($harness)
		or fail("no harness '$harness'");
	if (-f $path) {
		defined $harness or fail("$path: of which harness? name it behind the file");
		return { harness => $harness, file => $path };
	}
	my $name = $harness // basename(abs_path($path));
	return findings_of($path, $name) if is_harness($name);
	my @harnesses = grep { is_harness($_) } map { basename($_) } glob "\Q$path\E/*";
	@harnesses or fail("$path: nothing that ./dev fuzz wrote, and no harness' name");
	return map { findings_of("$path/$_", $_) } @harnesses;
}

sub contents {
	my ($file) = @_;
	open(my $f, '<:raw', $file) or fail("$file: $!");
	local $/;
	return scalar <$f> // '';
}

# --- builds ----------------------------------------------------------------------

sub run {
	my ($log, @command) = @_;
	my $status = Replay::quietly($log, @command);
	return unless $status;
	print STDERR contents($log);
	fail("@command[0, 1]: failed");
}

# build/NAME after a preset, with the targets; differential needs a kernel tree
sub build {
	my ($preset, $name, @targets) = @_;
	my @kernel = $name =~ /upstream/ ? "-DKERNEL_SOURCE=$o{kernel}" : ();
	my $cpus = `nproc`;
	chomp $cpus;
	print "== build $name\n";
	make_path("$top/build");
	run("$top/build/$name-configure.log", 'cmake', '--preset', $preset, '-B',
	    "build/$name", @kernel);
	run("$top/build/$name-build.log", 'cmake', '--build', "build/$name",
	    '--parallel', $cpus, '--target', @targets);
}

sub build_all {
	my (%harness) = map { $_->{harness} => 1 } @_;
	chdir $top;
	if ($o{bin}) {
		my $bin = $o{bin};
		%dir = map { my $kind = $_; $kind => sub { "$bin/$kind" } }
			qw(plain asan afl);
		return;
	}
	my %name = (plain => 'dev', asan => 'asan', afl => 'fuzz-asan');
	if (delete $harness{differential}) {
		chomp($o{kernel} = `scripts/kernel-tree.sh`) unless $o{kernel};
		fail("no kernel tree for differential") unless -d $o{kernel};
		build('dev', 'upstream', 'crash-hp', 'fuzz_differential');
		build('asan', 'asan-upstream', 'fuzz_differential');
	}
	my @targets = map { "fuzz_$_" } sort keys %harness;
	if (@targets) {
		build('dev', 'dev', 'crash-hp', @targets);
		build('asan', 'asan', @targets);
		my @narrow = grep { $_ ne 'fuzz_scenario' } @targets;
		build('fuzz-asan', 'fuzz-asan', @narrow) if @narrow;
	}
	for my $kind (keys %name) {
		my %special = (plain => 'upstream', asan => 'asan-upstream');
		$dir{$kind} = sub {
			my $build = $_[0] eq 'differential' ? $special{$kind} :
				    $name{$kind};
			return "$top/build/" . ($build // 'none') . '/bin';
		};
	}
}

sub program {
	my ($kind, $harness) = @_;
	return $dir{$kind}->($harness) . "/fuzz_$harness";
}

# --- by cause ----------------------------------------------------------------------

my %replay = (
	asan => \&Replay::sanitizers,
	plain => \&Replay::plain,
	valgrind => \&Replay::valgrind,
);

# what @ways find, the first that finds something
sub cause_of {
	my ($harness, $file, @ways) = @_;
	for my $way (@ways) {
		my $program = program($way eq 'asan' ? 'asan' : 'plain', $harness);
		my $cause = $replay{$way}->($program, $file, $o{seconds}) or next;
		$cause->{way} = $way;
		return $cause;
	}
	return undef;
}

# [{harness, cause, files}], most files first; and those without a cause
sub sort_by_cause {
	my (%bucket, @good);
	for my $finding (@_) {
		my ($harness, $file) = @$finding{qw(harness file)};
		my $cause = cause_of($harness, $file, qw(asan plain valgrind));
		if (!$cause) {
			push @good, $finding;
			next;
		}
		my $b = $bucket{"$harness: $cause->{key}"} //=
			{ harness => $harness, cause => $cause, files => [] };
		push @{$b->{files}}, $file;
	}
	my @buckets = sort { $a->{harness} cmp $b->{harness} ||
			     @{$b->{files}} <=> @{$a->{files}} ||
			     $a->{cause}{key} cmp $b->{cause}{key} } values %bucket;
	$_->{files} = [sort { -s $a <=> -s $b || $a cmp $b } @{$_->{files}}]
		for @buckets;
	return (\@buckets, \@good);
}

# --- one cause ---------------------------------------------------------------------

# a name for what is wrong that no other input has: of the words, as many as are short
sub slug_of {
	my ($b, $taken) = @_;
	my $slug = '';
	for my $word (grep { length } split /[^a-z]+/, lc $b->{cause}{name}) {
		last if length("$slug-$word") > 50;
		$slug .= length $slug ? "-$word" : $word;
	}
	my ($name, $nr) = ($slug || 'unnamed', 1);
	$name = "$slug-" . ++$nr
		while $taken->{"$b->{harness}/$name"}++ ||
		      -e "$top/fixtures/regress/$b->{harness}/$name";
	return $name;
}

sub is_program { return $_[0] =~ /^(scenario|differential)$/ }

# makes the bucket's input at $to; returns a sentence
sub make_small {
	my ($b, $to) = @_;
	my $harness = $b->{harness};
	my $same = sub {
		my $cause = cause_of($harness, $_[0], $b->{cause}{way});
		return $cause && $cause->{key} eq $b->{cause}{key};
	};
	my $from = $b->{files}[0];
	copy($from, $to) or fail("$to: $!");
	my $how = is_program($harness) ? Shrink::events($to, $same) :
		  Shrink::bytes($to, $same, program('afl', $harness),
				$b->{cause}{hang}, $o{seconds});
	return sprintf '%d bytes, of %d%s', -s $to, -s $from, $how ? ": $how" : '';
}

# the program as a scenario beside $file; returns lines
sub scenario_of {
	my ($harness, $file) = @_;
	my $crash_hp = $dir{plain}->($harness) . '/crash-hp';
	my $yaml = "$file.yaml";
	my $status = Replay::quietly($yaml, $crash_hp, 'from-fuzz', $file);
	if ($status) {
		my ($why) = split /\n/, contents($yaml);
		return 'no scenario: ' . ($why // 'crash-hp from-fuzz fails too');
	}
	my ($name, @lines) = (relative($yaml), split /\n/, contents($yaml));
	$status = Replay::quietly("$yaml.log", $crash_hp, 'run', $yaml);
	my ($expected) = map { /^ +expect: (.*)/ ? $1 : () } @lines;
	my $said = $status ? "crash-hp run does NOT give the same verdicts, see " .
			     relative("$yaml.log") :
		   "crash-hp run gives the same verdicts: " .
		   ($expected ? "not all are accurate, the first is $expected" :
		    'all accurate, so only the harness sees what is wrong');
	return ("scenario    $name", $said, map { "    $_" }
		grep { !/^# SPDX/ } @lines);
}

sub relative {
	my ($path) = @_;
	$path =~ s{^\Q$top\E/}{};
	return $path;
}

sub show {
	my ($label, @lines) = @_;
	printf "  %-11s %s\n", $label, shift(@lines) // '';
	printf "  %-11s %s\n", '', $_ for @lines;
}

sub report {
	my ($nr, $b, $taken) = @_;
	my ($harness, $cause) = @$b{qw(harness cause)};
	my $slug = slug_of($b, $taken);
	my $file = "$o{out}/$harness/$slug";
	my $plain = program('plain', $harness);
	my $count = @{$b->{files}};

	printf "\n== %d. %s: %s\n", $nr, $harness, $cause->{text};
	show('findings', $count, map { relative($_) } @{$b->{files}}[0 .. ($count < 3 ? $count : 3) - 1]);
	make_path("$o{out}/$harness");
	show('made small', make_small($b, $file));
	my $asan = Replay::sanitizers(program('asan', $harness), $file, $o{seconds});
	# what does not end does so twenty times slower there
	my $valgrind = $cause->{hang} ? undef :
		       Replay::valgrind($plain, $file, $o{seconds});
	my @trace = Replay::trace($plain, $file, $o{seconds});
	show('sanitizers', $asan ? ($asan->{text}, @{$asan->{frames}}) : 'nothing wrong');
	show('Valgrind', $cause->{hang} ? 'not asked' :
	     $valgrind ? ($valgrind->{text}, @{$valgrind->{frames}}) : 'nothing wrong');
	show('gdb', @trace ? @trace : 'ends by itself');
	my ($first, @more) = is_program($harness) ? scenario_of($harness, $file) : ();
	print "  $first\n" if defined $first;
	show('', $_) for @more;
	print "  reports     ", relative("$file.log"), "\n";
	Replay::keep("$file.log", $asan, $valgrind, @trace);
	print "  to keep it:\n\n    ", keep_line($harness, $slug, $file), "\n";
}

# to be pasted in the source directory
sub keep_line {
	my ($harness, $slug, $file) = @_;
	my $to = "fixtures/regress/$harness";
	return "mkdir -p $to && cp " . quoted(relative($file)) . " $to/$slug && git add $to/$slug";
}

sub number {
	my ($nr, $what) = @_;
	return $nr == 1 ? "1 $what" : "$nr ${what}s";
}

sub quoted {
	my ($word) = @_;
	return $word if $word =~ m{^[\w./:,+-]+$};
	$word =~ s/'/'\\''/g;
	return "'$word'";
}

# --- all of it -----------------------------------------------------------------------

GetOptions(\%o, 'out=s', 'seconds=s', 'kernel=s', 'bin=s', 'help|h') or exit 2;
if ($o{help}) { print $usage; exit 0 }
@ARGV == 1 || @ARGV == 2 or do { print STDERR $usage; exit 2 };
$o{seconds} =~ /^[1-9]\d*$/ or fail("--seconds: '$o{seconds}' is no number of seconds");
$o{$_} = absolute($o{$_}) for grep { defined $o{$_} } qw(out kernel bin);

my @findings = findings(absolute($ARGV[0]), $ARGV[1]);
if (!@findings) {
	print "no findings in $ARGV[0]\n";
	exit 0;
}
build_all(@findings);
make_path($o{out});
for my $f (@findings) {
	for my $kind (qw(plain asan)) {
		my $program = program($kind, $f->{harness});
		-x $program or fail("$program: not there");
	}
}
my ($buckets, $good) = sort_by_cause(@findings);
my %taken;
my $nr = 0;
report(++$nr, $_, \%taken) for @$buckets;

if (@$good) {
	print "\n== no longer wrong, neither with sanitizers nor under Valgrind\n";
	print "  $_->{harness}  ", relative($_->{file}), "\n" for @$good;
}
printf "\n%s: %d reproduce, %s; %d do not\n", number(scalar @findings, 'finding'),
	@findings - @$good, number($nr, 'cause'), scalar @$good;
exit($nr ? 1 : 0);
