#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Writes first inputs for the harnesses to fuzz/seeds, out of fixtures/. Each
# harness says at its top what its bytes mean.
#
# usage: fuzz/make-seeds.pl [--captures DIRECTORY], in the source directory
#
# With --captures they go to DIRECTORY, and with them those out of whole captures,
# which are too large to be kept: what a campaign begins with.
use strict;
use warnings;
use File::Basename qw(basename);
use File::Path qw(make_path);

my $captures = @ARGV == 2 && $ARGV[0] eq '--captures' ? $ARGV[1] : undef;
die "usage: fuzz/make-seeds.pl [--captures DIRECTORY]\n" if @ARGV && !defined $captures;
my $seeds = $captures // 'fuzz/seeds';

sub seed {
	my ($harness, $name, @bytes) = @_;
	make_path("$seeds/$harness");
	open(my $file, '>:raw', "$seeds/$harness/$name") or die "$name: $!\n";
	print $file @bytes;
	close($file) or die "$name: $!\n";
}

sub output {
	my @command = @_;
	open(my $pipe, '-|:raw', @command) or die "$command[0]: $!\n";
	local $/;
	my $bytes = <$pipe>;
	close($pipe) or die "@command failed\n";
	return $bytes;
}

sub file {
	my ($path) = @_;
	open(my $file, '<:raw', $path) or die "$path: $!\n";
	local $/;
	return scalar <$file>;
}

sub captured { return output('gzip', '-dc', "fixtures/captures/$_[0].gz"); }

# --- device trees ----------------------------------------------------------------

my $small = <<'END';
/dts-v1/;
/memreserve/ 0x1000 0x2000;
/ {
	#address-cells = <2>;
	#size-cells = <2>;
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		PowerPC,POWER9@0 {
			device_type = "cpu";
			reg = <0>;
			ibm,ppc-interrupt-server#s = <0>;
		};
		EXTRA
	};
	chosen {
		linux,elfcorehdr = <0 0x21000000>;
		bootargs = "x";
		CHOSEN
	};
};
END

sub tree {
	my ($extra, $chosen) = (@_, '');
	(my $text = $small) =~ s/EXTRA/$extra/;
	$text =~ s/CHOSEN/$chosen/;
	return compiled($text);
}

sub compiled {
	my ($text) = @_;
	my $dts = "/tmp/seed.$$.dts";
	open(my $file, '>', $dts) or die "$dts: $!\n";
	print $file $text;
	close($file);
	my $dtb = output('dtc', '-q', '-O', 'dtb', $dts);
	unlink($dts);
	return $dtb;
}

my %trees = (
	small => tree(''),
	cache => tree('l2-cache@2000 { device_type = "cache"; name = "l2-cache"; };'),
	other => tree('idle { x = "y"; }; PowerPC,POWER9@1 { };'),
	powernv => file('fixtures/trees/qemu-powernv9-1core.dtb'),
	pseries => output('dtc', '-q', '-O', 'dtb',
			  'fixtures/trees/pseries-1core.dts'),
);

# --- fdt_update -------------------------------------------------------------------

my ($update, $core_on, $core_off, $cache_on, $cache_off, $set, $all, $fail) =
	0 .. 7;

# the last takes all the space: it has to come with enough of it
my %programs = (
	come => [$core_on, 0x0b, $cache_on, 3, $update, 0, $core_on, 0x3a,
		 $update, 0],
	go => [$core_off, 1, $update, 0, $cache_off, 0, $core_off, 0, $update, 0,
	       $core_on, 0x18, $update, 0],
	change => [$set, 0x91, $update, 0, $set, 0x58, $all, 0, $update, 0, $fail,
		   1, $fail, 3, $update, 0],
);
for my $tree (keys %trees) {
	for my $program (keys %programs) {
		my @p = @{$programs{$program}};
		seed('fdt_update', "$tree-$program",
		     pack('Cv', 0x80 | @p, 0x800), pack('C*', @p), $trees{$tree});
	}
}
# the space behind the tree is the segment's, not the tree's
for my $tree (qw(pseries powernv)) {
	my @p = @{$programs{go}};
	seed('fdt_update', "$tree-go-behind", pack('Cv', scalar(@p), 0x800),
	     pack('C*', @p), $trees{$tree});
}
seed('fdt_update', 'no-tree', pack('Cv', 0x81, 16), pack('C*', $update, 0),
     'a segment of something else, as long as a header');
seed('fdt_update', 'no-space', pack('Cv', 4, 0), pack('C*', 1, 0x7f, 0, 0),
     $trees{small});

# --- elfcorehdr ---------------------------------------------------------------------

my ($insert, $add, $remove, $exclude, $full, $coalesce, $crashk, $wrap,
    $backwards, $nothing) = 0 .. 9;
seed('elfcorehdr', 'pages', pack('C4', 16, 2, 3, 0),
     pack('C*', $add, 5, 5, 0, $add, 11, 5, 0, $remove, 7, 2, 0, $crashk, 5, 1,
	  0x8c, $exclude, 13, 0, 0));
seed('elfcorehdr', 'borders', pack('C4', 28, 4, 0, 0),
     pack('C*', $insert, 0, 3, 0, $insert, 4, 3, 0, $insert, 2, 1, 0, $add, 10,
	  1, 0, $coalesce, 1, 1, 3, $full, 1, 0, 0));
seed('elfcorehdr', 'edges', pack('C4', 0, 1, 0, 0),
     pack('C*', $insert, 120, 9, 0, $wrap, 3, 0, 0, $backwards, 3, 3, 0,
	  $nothing, 1, 1, 1, 0x80 | $remove, 123, 0, 0, 0x80 | $add, 1, 1, 0));
# ranges that touch the next one, or share one byte with it
seed('elfcorehdr', 'touch', pack('C4', 0, 2, 0, 0),
     pack('C*', $add, 10, 2, 0, $add, 5, 4, 0, $insert, 30, 0, 0, $insert, 28, 2,
	  0, $remove, 60, 2, 0));
# more ranges than the first list has room for, and no memory for the second one
seed('elfcorehdr', 'crowd', pack('C4', 28, 4, 0, 0),
     map({ pack('C4', $insert, $_, 0, 0) } 0 .. 126),
     pack('C*', 0x80 | $insert, 127, 0, 0, $insert, 127, 0, 0));

# --- segments -----------------------------------------------------------------------

# an elfcorehdr of the small machine: $vmcoreinfo is where its last note is, and
# the first 64 KiB are kept at $backup, if it is given
sub header {
	my ($vmcoreinfo, $backup) = @_;
	my @phdrs = map { pack('VVQ<Q<Q<Q<Q<Q<', 4, 0, $_, 0, $_, 0x400, 0x400, 0) }
		(0x7c00000, $vmcoreinfo);
	push @phdrs, pack('VVQ<Q<Q<Q<Q<Q<', 1, 7, $backup, 0, 0, 0x10000, 0x10000,
			  0) if $backup;
	return pack('C16vvVQ<Q<Q<VvvvvvvC0', 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1,
		    (0) x 9, 4, 21, 1, 0, 64, 0, 0, 64, 56, scalar(@phdrs), 0, 0,
		    0), @phdrs;
}

sub segment {
	my ($flags, $zeros, @bytes) = @_;
	my $bytes = join('', @bytes);
	return pack('Cvv', $flags, length($bytes), $zeros), $bytes;
}

my @ours = segment(0, 2000, header(0x4700000));
my @backup = segment(0, 2000, header(0x4700000, 0x25000000));
my @other = segment(0, 2000, header(0x1234));
my @fdt = segment(4, 3000, $trees{small});
my @started = segment(4, 3000, tree('', 'linux,booted-from-kexec;'));
my @payload = segment(0, 2000, "\177ELF, and that is all");
my @no_cpus = segment(4, 1000, output('sh', '-c',
	"echo '/dts-v1/; / { };' | dtc -q -O dtb"));
my @program = (2, 1, 0, 0, 3, 0x0b, 0, 0, 1, 1, 4, 1, 0, 0, 5, 2, 0, 0);
my @no_mapping = (2, 1, 6, 1, 0, 0);
my @no_memory = (2, 2, 5, 0, 0, 0);

# the nth mapping fails while the image is loaded
sub load_fails {
	my ($name, $nth, $nr, @segments) = @_;
	seed('segments', "$name-load-mapping-$nth",
	     pack('CC', @program / 2, $nth << 4 | $nr), pack('C*', @program),
	     @segments);
}

sub image {
	my ($name, $nr, @segments) = @_;
	seed('segments', $name, pack('CC', @program / 2, $nr),
	     pack('C*', @program), @segments);
	seed('segments', "$name-no-memory", pack('CC', @no_memory / 2, $nr),
	     pack('C*', @no_memory), @segments);
	seed('segments', "$name-no-mapping", pack('CC', @no_mapping / 2, $nr),
	     pack('C*', @no_mapping), @segments);
}

image('plain', 2, @ours, @fdt);
image('late', 3, @fdt, @payload, @ours);
image('two-headers', 4, @other, @ours, @fdt, @payload);
image('only-header', 3, @payload, @other, @fdt);
image('two-trees', 3, @no_cpus, @ours, @fdt);
image('two-with-cpus', 3, @fdt, @ours, @started);
image('short', 3, segment(0, 0, 'short'), @ours, @fdt);
image('backup', 2, @backup, @fdt);
load_fails('backup', $_, 2, @backup, @fdt) for 1 .. 6;
load_fails('only-header', 1, 2, @other, @fdt);
load_fails('two-headers', 1, 3, @ours, @other, @fdt);
load_fails('two-with-cpus', 4, 3, @ours, @started, @fdt);
image('no-fdt', 2, @ours, @payload);
image('no-space', 2, segment(0, 0, header(0x4700000)),
      segment(0, 0, $trees{small}));

# --- judge --------------------------------------------------------------------------

my $powerpc = 'B-dimm-hotadd-remove/step-01-mem-add-m1-80000000';
my $x86_64 = 'x86_64-J-memmap-holes/step-00-loaded';

# what counts of a header, without the space behind it
sub captured_header {
	my $bytes = captured("$_[0]/elfcorehdr.bin");
	return substr($bytes, 0, 64 + 56 * unpack('v', substr($bytes, 56, 2)));
}

my $elf = captured_header($powerpc);
seed('judge', 'powerpc', pack('CCCv', 0, 0x7e, 0x02, length($elf)), $elf,
     $trees{pseries});
seed('judge', 'powerpc-small', pack('CCCv', 0, 0x2e, 0x0f, 176),
     header(0x4700000), $trees{cache});
$elf = captured_header($x86_64);
seed('judge', 'x86_64', pack('CCCv', 0, 0x1f, 0x10, length($elf)), $elf);
seed('judge', 'diff-headers', pack('Cv', 1, 176), header(1), $elf);
seed('judge', 'diff-trees', pack('Cv', 2, length($trees{small})),
     $trees{small}, $trees{other});
(my $unreserved = $small) =~ s/.*memreserve.*\n//;
seed('judge', 'diff-reservations', pack('Cv', 2, length($trees{small})),
     $trees{small}, compiled($unreserved =~ s/EXTRA|CHOSEN//gr));
seed('judge', 'diff-unreadable', pack('Cv', 1, 176), header(1), 'no header');
for my $path (glob('fixtures/scenarios/*.yaml')) {
	my $text = file($path);
	$text =~ s/^#.*\n//gm;
	$text =~ s/tree: .*/tree: 100/;
	(my $name = $path) =~ s/.*\/(.*)\.yaml/$1/;
	seed('judge', "scenario-$name", "\3", $text);
}

# --- captures -----------------------------------------------------------------------

# how each capture ended: its header and its FDT, without the space behind them,
# and how both differ from those at its start
sub capture {
	my ($name) = @_;
	my $is_x86 = $name =~ /^x86_64/;
	# a crash has no segments
	my $last = $is_x86 ? 'elfcorehdr.bin.gz' : 'fdt.dtb.gz';
	my @steps = map { m{captures/(.*)/} }
		sort glob "fixtures/captures/$name/step-*/$last";
	my @elf = map { captured_header($_) } @steps[0, -1];
	my @fdt = $is_x86 ? () : map { output('sh', '-c',
		"gzip -dc fixtures/captures/$_/fdt.dtb.gz | dtc -qq -f -I dtb -O dtb 2>/dev/null") }
		@steps[0, -1];

	seed('judge', "$name-end", pack('CCCv', 0, $is_x86 ? (0x1f, 0x10) : (0x7e, 0x02),
	     length($elf[1])), $elf[1], $fdt[1] // '');
	seed('judge', "$name-headers", pack('Cv', 1, length($elf[0])), @elf);
	return if $is_x86;
	seed('judge', "$name-trees", pack('Cv', 2, length($fdt[0])), @fdt);
	seed('fdt_update', "$name-come", pack('Cv', 0x80 | @{$programs{come}}, 0x800),
	     pack('C*', @{$programs{come}}), $fdt[1]);
}

if (defined $captures) {
	capture(basename($_)) for grep { -d } glob 'fixtures/captures/*';
}
