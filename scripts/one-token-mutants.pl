#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# How much of core/ do the tests hold? One token of it is changed at random (a
# comparison, a constant, a condition, a statement that goes), in a copy of the
# tree, and the unit and command tests are run until one fails. A mutant that
# none notices has survived: it changes nothing, or a test is missing.
#
# The same seed gives the same mutants of the same files.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use Getopt::Long;
use IO::Handle;
use Time::HiRes qw(time);

my $usage = <<'END';
usage: one-token-mutants.pl [--seed S] [--least PERCENT] [--sanitize] [--list]
                            [--tests REGEX] [N] [--files FILE...]

  N           how many mutants that compile (100)
  --seed      which ones (1)
  --least     exit status 1 when fewer of a hundred are killed (90)
  --sanitize  build with sanitizers: slower, notices more
  --list      print the mutants, try none
  --tests     run only the tests with such names
  --files     of these files of core/ only
END

my ($seed, $least, $tests, $sanitize, $list, $help, @files) = (1, 90, '.');
sub fail { print STDERR "one-token-mutants: @_\n"; exit 2 }

GetOptions('seed=i' => \$seed, 'least=i' => \$least, 'sanitize' => \$sanitize,
	   'list' => \$list, 'tests=s' => \$tests, 'files=s{1,}' => \@files, 'help|h' => \$help)
	or do { print STDERR $usage; exit 2 };
if ($help) { print $usage; exit 0 }
my $wanted = shift(@ARGV) // 100;
fail("not a number of mutants: '$wanted'") unless $wanted =~ /^[1-9]\d*$/;
fail("no use for '$ARGV[0]'") if @ARGV;

my $top = abs_path(dirname(abs_path($0)) . '/..');
chdir $top or fail("$top: $!");
my $scratch = "$top/build/mutation";
my $tree = "$scratch/tree";
my $build = "$scratch/" . ($sanitize ? 'sanitize' : 'plain');
# No test may take longer: an endless loop is a mutant that was noticed.
my $seconds = 60;
# KiB that a test may map, for loops that allocate; sanitizers map all there is.
my $address_space = 8 << 20;

# --- what can be changed ---------------------------------------------------------

my %instead = (
	'<' => ['<=', '>='], '<=' => ['<', '>'], '>' => ['>=', '<='],
	'>=' => ['>', '<'], '==' => ['!='], '!=' => ['=='],
	'&&' => ['||'], '||' => ['&&'],
	'+' => ['-'], '-' => ['+'], '*' => ['/'], '/' => ['*'], '%' => ['*'],
	'&' => ['|'], '|' => ['&'], '<<' => ['>>'], '>>' => ['<<'],
	'+=' => ['-=', '='], '-=' => ['+=', '='], '*=' => ['='], '|=' => ['=', '&='],
	'++' => ['--'], '--' => ['++'],
	'min' => ['max'], 'max' => ['min'],
	'true' => ['false'], 'false' => ['true'],
	'break' => ['continue'], 'continue' => ['break'],
);

# the text with everything that is no code blanked out, offset by offset
sub code_of {
	my ($text) = @_;
	my $blank = sub { (my $s = $_[0]) =~ s/[^\n]/ /g; $s };

	$text =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')}
		  {$blank->($1)}gse;
	# What follows the name of a macro is code, the name's own definition is not.
	$text =~ s{^(\#\s*define\s+\w+(?:\([^)]*\))?)}{$blank->($1)}gme;
	$text =~ s{^(\#[^\n]*)}{$blank->($1)}gme;
	return $text;
}

# offset of the parenthesis that closes the one at $open
sub closing {
	my ($code, $open) = @_;
	my $depth = 0;

	pos($code) = $open;
	while ($code =~ /([()])/g) {
		$depth += $1 eq '(' ? 1 : -1;
		return $-[1] unless $depth;
	}
	return -1;
}

# Every change: { file, kind, at, length, new }, in the order of the text. Kernel
# style is what tells a binary operator (blanks around it) from a pointer, and
# where a statement begins.
sub changes_of {
	my ($file, $text) = @_;
	my $code = code_of($text);
	my @changes;
	my $add = sub {
		my ($kind, $at, $length, @new) = @_;
		push @changes, { file => $file, kind => $kind, at => $at,
				 length => $length, new => [@new] };
	};

	while ($code =~ /(?<=\s)(<=|>=|==|!=|<|>)(?=\s)/g) {
		$add->('comparison', $-[1], length $1, @{$instead{$1}});
	}
	while ($code =~ /(?<=\s)(&&|\|\||<<|>>|[-+*\/%&|]|[-+*|]=)(?=\s)/g) {
		$add->('operator', $-[1], length $1, @{$instead{$1}});
	}
	while ($code =~ /(\+\+|--)/g) {
		$add->('operator', $-[1], 2, @{$instead{$1}});
	}
	while ($code =~ /\b(min|max|true|false|break|continue)\b/g) {
		$add->('word', $-[1], length $1, @{$instead{$1}});
	}
	while ($code =~ /(?<![\w.])(0x[0-9a-fA-F]+|\d+)(?=[UL]*\b)/g) {
		my ($at, $number) = ($-[1], $1);
		my $value = $number =~ /^0x/ ? hex $number : $number;
		$add->('constant', $at, length $number, $value + 1,
		       $value ? $value - 1 : ());
	}
	while ($code =~ /!(?!=)/g) {
		$add->('negation dropped', $-[0], 1, '');
	}
	while ($code =~ /\b(?:if|while) (\()/g) {
		my ($open, $close) = ($-[1], closing($code, $-[1]));
		$add->('condition negated', $open, $close - $open + 1,
		       '(!' . substr($text, $open, $close - $open + 1) . ')');
	}
	while ($code =~ /\bfor \([^;]*;\s*([^;]+);/g) {
		$add->('condition negated', $-[1], length $1,
		       '!(' . substr($text, $-[1], length $1) . ')');
	}
	while ($code =~ /\breturn ([^;]+);/g) {
		next if $1 =~ /^(?:0|true|false|NULL)$/;
		$add->('return value', $-[1], length $1, '0');
	}
	while ($code =~ /^\t+((?!for_each)(?:[-+*]*[a-z_]\w*(?:->|\.|\[|\(|\s*[-+*|&]?=\s|\+\+|--)[^;{}]*;|(?:return|goto)\b[^;]*;|break;|continue;))/gm) {
		my ($at, $statement) = ($-[1], $1);
		# Not the rest of an expression, nor a field of an initialiser.
		next unless substr($code, 0, $at) =~ /(?:[;{}):]|\belse|\bdo)\s*\z/;
		next if $statement =~ /^(?:if|for|while|switch|sizeof)\b/;
		$add->('statement dropped', $at, length $statement, ';');
	}
	return sort { $a->{at} <=> $b->{at} || $a->{kind} cmp $b->{kind} } @changes;
}

# The standard's own shuffle could differ between versions of Perl.
sub shuffle {
	my @all = @_;

	for (my $i = $#all; $i > 0; $i--) {
		my $j = int rand($i + 1);
		@all[$i, $j] = @all[$j, $i];
	}
	return @all;
}

# --- trying one --------------------------------------------------------------------

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or fail("$path: $!");
	local $/;
	return scalar <$in>;
}

sub spill {
	my ($path, $text) = @_;
	open my $out, '>', $path or fail("$path: $!");
	print $out $text;
	close $out or fail("$path: $!");
}

# run a command line, its output into $log; true when it succeeds
sub run {
	my ($log, $command) = @_;
	return system("($command) >$log 2>&1") == 0;
}

sub build {
	my (@targets) = @_;
	return run("$scratch/build.log", "cmake --build $build --parallel 1 " .
		   "--target @targets");
}

# Most mutants do not live to see the second test: link no more than the next one.
sub passes {
	my ($test) = @_;
	my $limit = $sanitize ? '' : "ulimit -v $address_space;";

	return build($test =~ /^test_/ ? $test : 'all') &&
	       run("$scratch/test.log", "$limit ctest --test-dir $build " .
		   "--tests-regex '^$test\$' --output-on-failure");
}

# A copy of the files as they are now, older objects stay good.
sub copy_tree {
	system("rm -rf $tree && mkdir -p $tree && " .
	       "git -c safe.directory='*' ls-files -z --cached --others " .
	       "--exclude-standard | tar --null --ignore-failed-read -cf - -T - | " .
	       "tar -xf - -C $tree") == 0
		or fail("cannot copy the tree");
	# The last run may have ended with a mutant in the objects.
	system("touch $tree/core/*.c") == 0 or fail("cannot touch core/");
}

# the tests' names, quick ones first; all of them have to pass
sub tests_of_unchanged {
	my $sanitizers = $sanitize ? '-DCRASH_HP_SANITIZE=address,undefined' : '';
	my (@tests, %cost);

	$ENV{ASAN_OPTIONS} = 'detect_leaks=1:hard_rss_limit_mb=4096' if $sanitize;
	run("$scratch/build.log", "cmake -G Ninja -S $tree -B $build " .
	    "-DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS='-O1 -g' $sanitizers " .
	    "-DCRASH_HP_CHECKS=OFF -DCRASH_HP_TEST_SECONDS=$seconds") && build('all')
		or fail("cannot build: $scratch/build.log");
	@tests = map { /Test\s+#\d+: (\S+)/ ? $1 : () }
		`ctest --test-dir $build --show-only --label-regex '^(unit|cli)\$'`;
	@tests = grep { /$tests/ } @tests;
	fail("no tests") unless @tests;
	for my $test (@tests) {
		my $start = time;
		passes($test) or fail("$test fails without a mutant: $scratch/test.log");
		$cost{$test} = time - $start;
	}
	return sort { $cost{$a} <=> $cost{$b} } @tests;
}

sub mutated {
	my ($text, $change) = @_;
	substr($text, $change->{at}, $change->{length}) = $change->{with};
	return $text;
}

# the lines that differ, as a diff shows them
sub difference {
	my ($text, $change) = @_;
	my $from = rindex($text, "\n", $change->{at} - 1) + 1;
	my $end = index($text, "\n", $change->{at} + $change->{length} - 1);
	my $old = substr($text, $from, $end - $from);
	my $new = substr(mutated($text, $change), $from, length($old) -
			 $change->{length} + length $change->{with});
	my $line = 1 + (substr($text, 0, $from) =~ tr/\n//);

	s/^/    - /gm for $old;
	s/^/    + /gm for $new;
	return "$change->{file}:$line: $change->{kind}\n$old\n$new\n";
}

# --- all of them ---------------------------------------------------------------------

$| = 1;
srand($seed);
@files = map { basename($_) } @files ? @files : sort glob 'core/*.c';
my %text = map { -f "core/$_" ? ("core/$_" => slurp("core/$_")) :
		 fail("no core/$_") } @files;
my @changes = shuffle(map { changes_of($_, $text{$_}) } sort keys %text);
$_->{with} = $_->{new}[int rand @{$_->{new}}] for @changes;

# By file: the next mutant of a file overwrites the last, no object is made twice.
my @first = splice @changes, 0, $wanted;
@changes = ((sort { $a->{file} cmp $b->{file} } @first), @changes);
if ($list) {
	print difference($text{$_->{file}}, $_) for @changes[0 .. $#first];
	exit 0;
}

setpriority(0, 0, 10);
system('mkdir', '-p', $scratch) == 0 or exit 2;
copy_tree();
my @tests = tests_of_unchanged();
my ($tried, $uncompiled, %tally, %kills) = (0, 0);
my $last = '';
my $start = time;
open my $log, '>', "$scratch/log" or fail("$scratch/log: $!");
$log->autoflush(1);

while ($tried < $wanted && @changes) {
	my $change = shift @changes;
	my $file = $change->{file};

	spill("$tree/$last", $text{$last}) if $last && $last ne $file;
	$last = $file;
	spill("$tree/$file", mutated($text{$file}, $change));
	if (!build('core_powerpc', 'core_x86_64')) {
		$uncompiled++;
		print $log "not compiled: ", difference($text{$file}, $change);
		next;
	}
	$tried++;
	$tally{$file}{all}++;
	# What has killed most is asked first; the sort is stable.
	@tests = sort { ($kills{$b} // 0) <=> ($kills{$a} // 0) } @tests;
	my $killer;
	for my $test (@tests) {
		next if passes($test);
		$killer = $test;
		last;
	}
	if ($killer) {
		$kills{$killer}++;
		$tally{$file}{killed}++;
		print $log "killed by $killer: ", difference($text{$file}, $change);
	} else {
		print "SURVIVED ", difference($text{$file}, $change);
	}
}

my $killed = 0;
print "\n";
for my $file (sort keys %tally) {
	my ($k, $all) = ($tally{$file}{killed} // 0, $tally{$file}{all});
	printf "%-28s %4d of %4d killed\n", $file, $k, $all;
	$killed += $k;
}
my $score = $tried ? 100 * $killed / $tried : 100;
printf "seed %d: %d mutants, %d killed (%.1f %%), %d more did not compile, %d s\n",
	$seed, $tried, $killed, $score, $uncompiled, time - $start;
exit($score >= $least ? 0 : 1);
