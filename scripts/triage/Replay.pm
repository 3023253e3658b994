# SPDX-License-Identifier: GPL-2.0-only
#
# One input, once: with sanitizers, as it is, under Valgrind, in gdb. What went
# wrong is a cause:
#
#   text    in words, for a person
#   name    the words that say what is wrong, without numbers
#   key     the same for whatever has the same cause
#   frames  functions of ours, innermost first: "put_load() core/elfcorehdr.c:78"
#   hang    it does not end
#   output  all that was said
package Replay;
use strict;
use warnings;
use File::Temp qw(tempfile);
use FindBin;
use POSIX ();

my @signals = do {
	require Config;
	split ' ', $Config::Config{sig_name};
};
# the drivers' functions say nothing
my $not_told = qr/^(?:fuzz_fail|main|run_file|run_path|run_directory|_start|_?_libc_\w+)$/;
# what a frame of ours is in
my $ours = qr{(?:^|/)((?:core|shim|emu|capture|scenario|cli|fuzz|tests)/[\w/.-]+?\.[ch])};
my $suppressions = "$FindBin::RealBin/../tests/valgrind.supp";
my $key_frames = 3;
my $max_frames = 8;

# runs a command with its output in $log; its wait status. With @limits it is
# (processor seconds, seconds).
sub quietly {
	my ($log, @command) = @_;
	return limited($log, undef, @command);
}

sub limited {
	my ($log, $seconds, @command) = @_;
	unshift @command, 'timeout', '-s', 'KILL', 20 * $seconds + 60, 'bash', '-c',
		'ulimit -c 0; ulimit -S -t "$1"; shift; exec "$@"', 'bash', $seconds
		if defined $seconds;
	my $pid = fork() // die "fork: $!\n";
	if (!$pid) {
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', $log) or POSIX::_exit(127);
		open(STDERR, '>&', \*STDOUT);
		exec { $command[0] } @command or POSIX::_exit(127);
	}
	waitpid($pid, 0);
	return $?;
}

# (wait status, all that was said)
sub output_of {
	my ($seconds, @command) = @_;
	my ($f, $log) = tempfile(UNLINK => 1);
	my $status = limited($log, $seconds, @command);
	local $/;
	my $output = <$f> // '';
	close($f);
	unlink($log);
	return ($status, $output);
}

sub signal_of {
	my ($status) = @_;
	my $nr = $status & 127 || ($status >> 8 > 128 ? ($status >> 8) - 128 : 0);
	return $nr ? "SIG$signals[$nr]" : '';
}

sub is_hang { return $_[0] =~ /^SIG(XCPU|KILL)$/ }

# --- what it is that was said ----------------------------------------------------------

# [function, file:line] of ours, innermost first, from the lines of a stack
sub frames_of {
	my (@lines) = @_;
	my @frames;
	for (@lines) {
		my ($function, $place) =
			/^\s*#\d+ +(?:0x[0-9a-f]+ in )?(\w+)[^\/]*? ?(?:at )?(\S+?\.[ch]:\d+)/ or next;
		next if $function =~ $not_told;
		my ($file, $line) = $place =~ /$ours:(\d+)/ or next;
		push @frames, [$function, "$file:$line"];
		last if @frames == $max_frames;
	}
	return @frames;
}

sub cause {
	my ($text, $output, @frames) = @_;
	(my $plain = $text) =~ s/\b(0x)?[0-9a-f]*\d[0-9a-f]*\b/#/g;
	return {
		text => $text, name => $plain, key => $plain, output => $output,
		frames => [map { "$_->[0]() $_->[1]" } @frames],
	};
}

# where the words alone do not tell: the functions are the cause
sub cause_in {
	my ($text, $output, @frames) = @_;
	my $c = cause($text, $output, @frames);
	my $last = $key_frames < @frames ? $key_frames : @frames;
	$c->{key} = join(' < ', $c->{key}, map { $_->[0] } @frames[0 .. $last - 1]);
	$c->{name} .= " in $frames[0][0]" if @frames;
	$c->{text} = "$text in $frames[0][0]()" if @frames;
	return $c;
}

# a promise, an assertion
sub words_of {
	my ($output) = @_;
	return $1 if $output =~ /^broken promise: (.*)$/m;
	return "assertion $1 fails" if $output =~ /Assertion [`'](.*)' failed/;
	return undef;
}

# the stack behind the first line that matches
sub stack_behind {
	my ($output, $line) = @_;
	my @lines = split /\n/, $output;
	shift @lines while @lines && $lines[0] !~ $line;
	shift @lines;
	my @stack;
	for (@lines) {
		if (/^\s*#\d+ /) { push @stack, $_ }
		elsif (@stack) { last }
	}
	return frames_of(@stack);
}

sub of_sanitizers {
	my ($output) = @_;
	my ($kind, $error) = $output =~ /ERROR: (\w+Sanitizer): ([\w-]+)/;
	# an abort() is told before, in words
	my $words = words_of($output);
	return cause($words, $output) if defined $words;
	if ($output =~ /^\S+:\d+:\d+: runtime error: (.*)$/m) {
		return cause_in($1, $output, stack_behind($output, qr/runtime error: /));
	}
	return undef unless $kind;
	$error = 'leak' if $kind eq 'LeakSanitizer';
	return cause_in($error, $output, stack_behind($output, qr/ERROR: \w+Sanitizer/));
}

# --- once ------------------------------------------------------------------------------

sub hang {
	my ($program, $file, $seconds, $output) = @_;
	my @frames = map { [$_ =~ /^(\w+)\(\) (.*)/] } trace($program, $file, $seconds);
	# the innermost is anywhere in the loop
	my $c = cause("no end after $seconds s", $output, @frames);
	$c->{key} = 'hang';
	$c->{name} = 'hang';
	$c->{hang} = 1;
	return $c;
}

# undef: nothing is wrong
sub sanitizers {
	my ($program, $file, $seconds) = @_;
	local $ENV{ASAN_OPTIONS} = 'detect_leaks=1:detect_stack_use_after_return=1:' .
		'strict_string_checks=1:handle_abort=1:allocator_may_return_null=1';
	local $ENV{UBSAN_OPTIONS} = 'print_stacktrace=1';
	my ($status, $output) = output_of($seconds, $program, $file);
	return undef unless $status;
	my $c = of_sanitizers($output);
	if ($c) {
		$c->{frames} = [map { "$_->[0]() $_->[1]" }
			stack_behind($output, qr/Sanitizer|runtime error/)]
			unless @{$c->{frames}};
		return $c;
	}
	return hang($program, $file, $seconds, $output) if is_hang(signal_of($status));
	return cause(signal_of($status) || 'exit status ' . ($status >> 8), $output);
}

sub plain {
	my ($program, $file, $seconds) = @_;
	my ($status, $output) = output_of($seconds, $program, $file);
	return undef unless $status;
	my $words = words_of($output);
	return cause($words, $output) if defined $words;
	return hang($program, $file, $seconds, $output) if is_hang(signal_of($status));
	my @frames = map { [$_ =~ /^(\w+)\(\) (.*)/] } trace($program, $file, $seconds);
	return cause_in(signal_of($status) || 'exit status ' . ($status >> 8),
			$output, @frames);
}

# slower by far than the rest
sub valgrind {
	my ($program, $file, $seconds) = @_;
	my ($status, $output) = output_of(20 * $seconds, 'valgrind',
		'--error-exitcode=99', '--leak-check=full', '--show-leak-kinds=definite',
		'--errors-for-leak-kinds=definite', '--track-origins=yes', '--fullpath-after=',
		"--suppressions=$suppressions", $program,
		$file);
	return undef unless $status;
	my @lines = map { s/^==\d+== ?//r } grep { /^==\d+==/ } split /\n/, $output;
	my $words = words_of($output);
	# behind its own head, the first paragraph with a stack is the first error
	my ($error, @frames);
	for my $i (1 .. $#lines) {
		next unless $lines[$i] =~ /^   at 0x/ && !defined $error;
		$error = $lines[$i - 1];
		for (@lines[$i .. $#lines]) {
			my ($function, $place) = /^   (?:at|by) 0x\w+: (\w+) \((.*?)\)/
				or last;
			my ($source, $nr) = $place =~ /$ours:(\d+)/ or next;
			push @frames, [$function, "$source:$nr"]
				unless $function =~ $not_told;
		}
	}
	splice(@frames, $max_frames) if @frames > $max_frames;
	if (defined $error && $error !~ /^Process terminating/) {
		$error =~ s/^\s+|\s+$//g;
		$error =~ s/^[\d,]+ (\([^)]*\) )?bytes in [\d,]+ blocks are definitely lost.*/leak/;
		return cause_in($error, $output, @frames);
	}
	return cause($words, $output, @frames) if defined $words;
	return hang($program, $file, $seconds, $output) if is_hang(signal_of($status));
	return cause_in(signal_of($status) || 'exit status ' . ($status >> 8), $output,
			@frames);
}

# functions of ours on the stack where it stops, as in a cause; a hang is stopped
sub trace {
	my ($program, $file, $seconds) = @_;
	my ($status, $output) = output_of($seconds, 'gdb', '-nx', '-batch',
		'-ex', 'set width 0', '-ex', 'set print frame-arguments none',
		'-ex', 'set confirm off', '-ex', 'set debuginfod enabled off',
		'-ex', 'run', '-ex', 'bt', '--args', $program, $file);
	return map { "$_->[0]() $_->[1]" } frames_of(split /\n/, $output);
}

sub keep {
	my ($log, $asan, $valgrind, @trace) = @_;
	open(my $f, '>', $log) or die "$log: $!\n";
	print $f "--- sanitizers\n", $asan ? $asan->{output} : '',
		"--- Valgrind\n", $valgrind ? $valgrind->{output} : '',
		"--- gdb\n", map { "$_\n" } @trace;
	close($f);
}

1;
