# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel tree whose files are edited by name, in memory. Whatever an edit looks
# for has to be there exactly once; where it is not the tree has moved, and the
# edit dies with one line that names file and thing.
package KernelTree;
use strict;
use warnings;

# comments, strings and characters: braces in them do not count
my $skipped = qr{/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'}s;

sub count {
	my ($text, $pattern) = @_;
	my $nr = 0;

	$nr++ while $text =~ /$pattern/g;
	return $nr;
}

# @read: path => content, or undef when the tree has no such file
sub new {
	my ($class, $read) = @_;

	return bless { read => $read, base => {}, files => {} }, $class;
}

sub moved {
	my ($path, $what) = @_;

	die "$path: $what\n";
}

sub content {
	my ($self, $path) = @_;

	if (!exists $self->{files}{$path}) {
		my $text = $self->{read}->($path);

		$self->{base}{$path} = $text;
		$self->{files}{$path} = $text;
	}
	return $self->{files}{$path};
}

sub existing {
	my ($self, $path) = @_;
	my $text = $self->content($path);

	moved($path, 'no such file') if !defined $text;
	return $text;
}

sub add_file {
	my ($self, $path, $text) = @_;

	moved($path, 'is there already') if defined $self->content($path);
	$self->{files}{$path} = $text;
}

# what differs from before, and is now the state to compare with
sub take_changes {
	my ($self) = @_;
	my %changes;

	for my $path (sort keys %{$self->{files}}) {
		my $old = $self->{taken}{$path} // $self->{base}{$path};
		my $new = $self->{files}{$path};

		next if defined $old && $old eq $new;
		$changes{$path} = $new;
		$self->{taken}{$path} = $new;
	}
	return %changes;
}

# --- C -----------------------------------------------------------------------

# behind the bracket that closes the one at @$pos
sub closing {
	my ($text, $pos) = @_;
	my $depth = 0;

	pos($text) = $pos;
	while ($text =~ /\G(?:$skipped|([\[({])|([\])}])|.)/gcs) {
		$depth++ if defined $1;
		return pos($text) if defined $2 && --$depth == 0;
	}
	return undef;
}

# to the beginning of a comment that ends just before @$start
sub with_comment {
	my ($text, $start) = @_;

	return $-[0] if substr($text, 0, $start) =~
		m{^/\*(?:(?!\*/).)*\*/\n\z}sm;
	return $start;
}

# [start, end) of the definition of a function, without its comment
sub find_function {
	my ($self, $path, $name) = @_;
	my $text = $self->existing($path);
	my @found;

	while ($text =~ /^(?:[a-zA-Z_][^\n;{}()=]*[\s*])?\Q$name\E\s*(?=\()/gm) {
		my ($start, $pos) = ($-[0], pos $text);
		my $end = closing($text, $pos);

		next if !defined $end || substr($text, $end) !~ /^\s*\{/;
		my $body = $end + $+[0] - 1;
		$end = closing($text, $body);
		next if !defined $end;
		# a return type on a line of its own
		$start -= length $1 if substr($text, $start) =~ /^\Q$name\E/ &&
			substr($text, 0, $start) =~ /^([a-zA-Z_][^\n;{}()]*\n)\z/m;
		push @found, [$start, $end, $body];
	}
	moved($path, "no function $name()") if !@found;
	moved($path, @found . " functions $name()") if @found > 1;
	return @{$found[0]};
}

sub replace {
	my ($self, $path, $start, $end, $new) = @_;

	substr($self->{files}{$path}, $start, $end - $start) = $new;
}

# with its comment and the blank line behind
sub drop_function {
	my ($self, $path, @names) = @_;

	for my $name (@names) {
		my ($start, $end) = $self->find_function($path, $name);

		$self->drop($path, with_comment($self->{files}{$path}, $start),
			    $end);
	}
}

sub drop {
	my ($self, $path, $start, $end) = @_;
	my $rest = substr($self->{files}{$path}, $end);

	$end += $+[0] if $rest =~ /^[ \t]*\n\n?/;
	$self->replace($path, $start, $end, '');
}

# the one match of @$pattern in function @$name becomes @$new, which may use what
# the pattern's groups have found: a function of them
sub edit_function {
	my ($self, $path, $name, $what, $pattern, $new) = @_;
	my ($start, $end) = $self->find_function($path, $name);
	my $function = substr($self->existing($path), $start, $end - $start);
	my @found = $function =~ /$pattern/;
	my $nr = count($function, $pattern);

	moved($path, "$name(): " . ($nr ? "$nr times" : 'no') . " $what")
		if $nr != 1;
	$new = $new->(@found) if ref $new;
	$function =~ s/$pattern/$new/;
	$self->replace($path, $start, $end, $function);
}

# first in the body, behind the variables
sub add_to_function {
	my ($self, $path, $name, $statement) = @_;
	my (undef, $end, $body) = $self->find_function($path, $name);
	my $text = substr($self->existing($path), $body, $end - $body);
	my $has_variables = $text =~
		/^\{\n(?:\t(?:struct |unsigned |const |int |void |long |char |u64 )[^\n]*;\n)+\n/;
	my $at = $has_variables ? $body + $+[0] : $body + 2;

	$self->replace($path, $at, $at, "\t$statement\n");
}

# a prototype, with a macro of that name behind it
sub drop_prototype {
	my ($self, $path, @names) = @_;

	for my $name (@names) {
		my $text = $self->existing($path);
		my $pattern = qr/^(?:extern )?[a-z][^\n;{}()#]*[\s*]\Q$name\E\([^;{}]*\);\n(?:#define \Q$name\E \Q$name\E\n)?\n?/m;

		$self->edit($path, "prototype of $name()", $pattern, '');
	}
}

# the one match in a file
sub edit {
	my ($self, $path, $what, $pattern, $new) = @_;
	my $text = $self->existing($path);
	my $nr = count($text, $pattern);

	moved($path, ($nr ? "$nr times" : 'no') . " $what") if $nr != 1;
	my @found = $text =~ /$pattern/;
	$new = $new->(@found) if ref $new;
	$text =~ s/$pattern/$new/;
	$self->{files}{$path} = $text;
}

sub drop_struct {
	my ($self, $path, $name) = @_;
	my $text = $self->existing($path);

	moved($path, "no struct $name") if $text !~ /^struct \Q$name\E \{/m;
	my ($start, $end) = ($-[0], closing($text, $+[0] - 1));
	$self->drop($path, with_comment($text, $start), $end + 1);
}

sub drop_macro {
	my ($self, $path, $name) = @_;

	$self->edit($path, "macro $name", qr/^#define \Q$name\E\b[^\n]*\n/m, '');
}

# into each definition of struct @$name, at its beginning
sub add_to_structs {
	my ($self, $path, $name, $members) = @_;
	my $text = $self->existing($path);

	moved($path, "no struct $name") if $text !~ /^struct \Q$name\E \{\n/m;
	$text =~ s/^(struct \Q$name\E \{\n)/$1$members/gm;
	$self->{files}{$path} = $text;
}

sub add_before_function {
	my ($self, $path, $name, $text) = @_;
	my ($start) = $self->find_function($path, $name);

	$start = with_comment($self->{files}{$path}, $start);
	$self->replace($path, $start, $start, $text);
}

# conditionals that ask for nothing but @symbols; they say so at their #endif
sub drop_conditionals {
	my ($self, $path, @symbols) = @_;
	my $text = $self->existing($path);
	my $symbol = join '|', map { quotemeta } @symbols;
	my $condition = qr/#ifdef (?:$symbol)|#if defined\((?:$symbol)\)(?: \|\| defined\((?:$symbol)\))*/;
	my $nr_begin = $text =~ s/^$condition\n//gm;
	my $nr_end = $text =~
		s{^#endif /\* (?:$symbol)(?: \|\| (?:$symbol))* \*/\n}{}gm;

	moved($path, "$nr_begin conditionals on @symbols, $nr_end ends")
		if $nr_begin != $nr_end;
	$self->{files}{$path} = $text;
}

sub append {
	my ($self, $path, $text) = @_;

	$self->{files}{$path} = $self->existing($path) . $text;
}

# what edits leave: conditionals around nothing, blank lines
sub tidy {
	my ($self, @paths) = @_;

	for my $path (@paths) {
		my $text = $self->existing($path);

		1 while $text =~ s{^\#[ ]*if(?:n?def)?\b[^\n]*\n
				   (?:\s*\n | \#undef[ ]pr_fmt\n |
				      \#define[ ]pr_fmt[^\n]*\n)*
				   \#[ ]*endif\b[^\n]*\n}{}mx;
		$text =~ s/\n\n\n+/\n\n/g;
		$text =~ s/\n+\z/\n/;
		$self->{files}{$path} = $text;
	}
}

# --- Kconfig and Makefile ------------------------------------------------------

# [start, end) of a symbol's block
sub find_config {
	my ($self, $path, $name) = @_;
	my $text = $self->existing($path);

	moved($path, "no config $name")
		if $text !~ /^config \Q$name\E\n(?:[ \t]+[^\n]*\n|\n(?=[ \t]))+/m;
	return ($-[0], $+[0]);
}

sub add_to_config {
	my ($self, $path, $name, $line) = @_;
	my ($start, $end) = $self->find_config($path, $name);

	my $block = substr($self->existing($path), $start, $end - $start);
	# before a help text, else at the end
	$block =~ s/^(?=\thelp\n)/\t$line\n/m or $block .= "\t$line\n";
	$self->replace($path, $start, $end, $block);
}

sub edit_config {
	my ($self, $path, $name, $what, $pattern, $new) = @_;
	my ($start, $end) = $self->find_config($path, $name);
	my $block = substr($self->existing($path), $start, $end - $start);
	my $nr = count($block, $pattern);

	moved($path, "config $name: " . ($nr ? "$nr times" : 'no') . " $what")
		if $nr != 1;
	my @found = $block =~ /$pattern/;
	$new = $new->(@found) if ref $new;
	$block =~ s/$pattern/$new/;
	$self->replace($path, $start, $end, $block);
}

sub add_config_before {
	my ($self, $path, $name, $block) = @_;
	my ($start) = $self->find_config($path, $name);

	$self->replace($path, $start, $start, "$block\n");
}

sub add_config_after {
	my ($self, $path, $name, $block) = @_;
	my (undef, $end) = $self->find_config($path, $name);

	my $text = $self->existing($path);
	my $blank = substr($text, 0, $end) =~ /\n\n\z/;

	$self->replace($path, $end, $end, $blank ? "$block\n" : "\n$block");
}

# behind the line that builds @$object
sub add_to_makefile {
	my ($self, $path, $object, $line) = @_;

	$self->edit($path, "line that builds $object",
		    qr/^(obj-[^\n]*[ \t]\Q$object\E(?:[ \t][^\n]*)?\n)/m,
		    sub { "$_[0]$line\n" });
}

1;
