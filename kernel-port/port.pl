#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a patch series for a kernel tree out of core/ (README.md).
use strict;
use warnings;

use Cwd qw(abs_path);
use Digest::SHA qw(sha256_hex);
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use Getopt::Long;

use FindBin;
use lib "$FindBin::Bin/lib";
use KernelTree;
use Series;

my $here = $FindBin::Bin;
my $core = "$here/../core";
my $usage = "usage: port.pl --tree DIR --out DIR [--author 'NAME <MAIL>']\n";

sub fail {
	my ($message) = @_;

	chomp $message;
	print STDERR "port: $message\n";
	exit 2;
}

sub slurp {
	my ($path) = @_;

	open my $file, '<:raw', $path or return undef;
	local $/;
	return scalar <$file>;
}

sub spew {
	my ($path, $text) = @_;

	make_path(dirname $path);
	open my $file, '>:raw', $path or fail("$path: $!");
	print $file $text;
	close $file or fail("$path: $!");
}

# --- the tree ------------------------------------------------------------------

# output of git, undef when it fails
sub git {
	my ($dir, @arguments) = @_;

	open my $pipe, '-|:raw', 'git', '-C', $dir, @arguments or fail("git: $!");
	local $/;
	my $output = <$pipe>;
	return close $pipe ? $output // '' : undef;
}

# how to read a tree's files, and the commit that they are of, if any
sub open_tree {
	my ($dir) = @_;
	my $top = -d $dir && `git -C '$dir' rev-parse --git-dir 2>/dev/null`;
	my $repository = $top && (-e "$dir/.git" || !-e "$dir/Makefile");

	return (sub { slurp("$dir/$_[0]") }, undef) if !$repository;
	chomp(my $commit = git($dir, 'rev-parse', 'HEAD') // '');
	fail("$dir: a repository without a commit") if !$commit;
	return (sub {
		my $is = git($dir, 'ls-tree', '--name-only', $commit, '--', $_[0]);

		return $is ? git($dir, 'show', "$commit:$_[0]") : undef;
	}, $commit);
}

sub kernel_version {
	my ($read, $dir) = @_;
	my $makefile = $read->('Makefile') // '';
	my @parts = map { $makefile =~ /^$_ = *(\S*)$/m ? $1 : () }
		qw(VERSION PATCHLEVEL SUBLEVEL EXTRAVERSION);

	fail("$dir: no kernel tree") if @parts < 4;
	return join('.', @parts[0 .. 2]) . $parts[3];
}

# --- what goes in -----------------------------------------------------------------

package Source {
	sub new {
		my ($class, $tree) = @_;

		return bless { tree => $tree, copies => [] }, $class;
	}

	sub copy {
		my ($self, $from, $to) = @_;
		my $text = main::slurp($from) // main::fail("$from: $!");

		$self->{tree}->add_file($to, $text);
		push @{$self->{copies}}, [$from, $to];
	}

	sub core {
		my ($self, $folder, @names) = @_;

		$self->copy("$core/$_", "$folder/$_") for @names;
	}

	sub port {
		my ($self, $folder, @names) = @_;

		$self->{tree}->add_file("$folder/$_", main::slurp("$here/$_") //
					main::fail("$here/$_: $!")) for @names;
	}

	sub kunit {
		my ($self, $folder) = @_;
		my @names = map { main::basename($_) }
			sort glob("'$here/kunit/'*.[ch]");

		$self->copy("$here/kunit/$_", "$folder/$_")
			for @names, '.kunitconfig';
		return @names;
	}
}

# every file of core/ is in the series
sub check_complete {
	my ($source) = @_;
	my %taken = map { $_->[0] => 1 } @{$source->{copies}};

	for my $file (sort glob("'$core/'*.[ch]")) {
		fail("core/" . basename($file) . " is in no patch")
			if !$taken{$file};
	}
}

# --- the series ---------------------------------------------------------------------

sub message {
	my ($name) = @_;

	my $text = slurp("$here/messages/$name.txt") //
		fail("messages/$name.txt: $!");

	# the first line is for this tree
	return $text =~ s/^#[^\n]*\n//r;
}

# one repository with nothing but the files that the series touches
sub make_series {
	my ($tree, $patches, $author, $work) = @_;
	my ($name, $mail) = $author =~ /^(.+?) <(.+)>$/ or
		fail("--author: '$author' is not 'NAME <MAIL>'");
	my @identity = ('-c', "user.name=$name", '-c', "user.email=$mail",
			'-c', 'commit.gpgsign=false', '-c', 'core.autocrlf=false');
	my $commit = sub {
		my ($text, %files) = @_;

		spew("$work/$_", $files{$_}) for keys %files;
		defined git($work, 'add', '--all', '--force', '.') or
			fail("git add failed in $work");
		spew("$work.message", $text);
		defined git($work, @identity, 'commit', '--quiet', '--no-verify',
			    '--allow-empty', '--cleanup=verbatim', '-F',
			    "$work.message") or fail("git commit failed in $work");
	};
	my %base = map { defined $tree->{base}{$_} ? ($_ => $tree->{base}{$_}) : () }
		keys %{$tree->{base}};

	make_path($work);
	defined git($work, 'init', '--quiet') or fail("git init failed in $work");
	$commit->("base\n", %base);
	for my $patch (@$patches) {
		my ($text, $changes) = @$patch;

		$text =~ s/\n*\z/\n\nSigned-off-by: $author\n/;
		$commit->($text, %$changes);
	}
	defined git($work, @identity, 'format-patch', '--quiet', '--cover-letter',
		    '--no-signature', '--numbered', '-o', "$work.out",
		    '-' . @$patches, 'HEAD') or fail('git format-patch failed');
}

sub write_cover {
	my ($path, $source, $version, $commit) = @_;
	my ($subject, $body) = split /\n\n/, message('cover'), 2;
	my $text = slurp($path) // fail("$path: $!");

	$body =~ s/\n*\z//;
	$text =~ s/\*\*\* SUBJECT HERE \*\*\*/$subject/;
	$text =~ s/\*\*\* BLURB HERE \*\*\*/$body\n\nMade for Linux $version./;
	$text .= "\nbase-commit: $commit\n" if $commit;
	spew($path, $text);
}

# SHA-256 of each copied file here and as a patch adds it
sub print_pairs {
	my ($source, $work) = @_;

	for my $copy (@{$source->{copies}}) {
		my ($from, $to) = @$copy;
		my @sums = map { sha256_hex(slurp($_) // '') } $from, "$work/$to";

		fail("$to differs from " . basename($from)) if $sums[0] ne $sums[1];
		my $short = $from =~ s{^.*/(core|kernel-port/kunit)/}{$1/}r;
		print "  $sums[0]  $short\n  $sums[1]  $to\n";
	}
}

# --- main -----------------------------------------------------------------------------

my ($dir, $out);
my $author = 'YOUR NAME <you@example.org>';

GetOptions('tree=s' => \$dir, 'out=s' => \$out, 'author=s' => \$author) &&
	!@ARGV && defined $dir && defined $out or do {
	print STDERR $usage;
	exit 2;
};
-d $dir or fail("$dir: no such directory");
fail("$out: is there already, and has other files than patches")
	if -e $out && grep { !/\.patch$/ } map { basename $_ } glob("'$out/'*");

my ($read, $base_commit) = open_tree($dir);
my $version = kernel_version($read, $dir);
my $tree = KernelTree->new($read);
my $source = Source->new($tree);
my @patches;

for my $patch (@Series::patches) {
	my ($name, $edit) = @$patch;

	eval { $edit->($tree, $source); 1 } or
		fail("$dir has moved on from what patch '$name' knows: $@");
	my %changes = $tree->take_changes;
	push @patches, [message($name), \%changes] if %changes;
}
check_complete($source);

my $temporary = tempdir(CLEANUP => 1);
my $work = "$temporary/tree";
make_series($tree, \@patches, $author, $work);

my @files = map { basename $_ } sort glob("$work.out/*.patch");
write_cover("$work.out/$files[0]", $source, $version, $base_commit);

print "files that go in byte for byte, SHA-256 here and in the series:\n";
print_pairs($source, $work);
if (-e $out) {
	unlink glob("'$out/'*.patch");
}
make_path($out);
spew("$out/$_", slurp("$work.out/$_")) for @files;
my $shown = abs_path($out);
print "patches for Linux $version:\n", map { "  $_\n" } @files;
print <<END;
in $shown; next, in a kernel repository:
  git am --3way --empty=drop $shown/*.patch
  scripts/checkpatch.pl --strict --ignore FILE_PATH_CHANGES -g HEAD~@{[scalar @patches]}..HEAD
and the rest of kernel-port/README.md
END
