# SPDX-License-Identifier: GPL-2.0-only
#
# Make an input smaller that goes on having the same cause. $same->($file) says
# whether it has.
package Shrink;
use strict;
use warnings;
use File::Copy qw(copy move);

# of a program (fuzz/program.h)
use constant { HEADER => 4, EVENT => 4 };

sub read_bytes {
	my ($file) = @_;
	open(my $f, '<:raw', $file) or die "$file: $!\n";
	local $/;
	return scalar <$f> // '';
}

sub write_bytes {
	my ($file, $bytes) = @_;
	open(my $f, '>:raw', $file) or die "$file: $!\n";
	print $f $bytes;
	close($f) or die "$file: $!\n";
}

# A program: events go, many at a time at first; then what an event says is made
# as plain as can be. Returns how.
sub events {
	my ($file, $same) = @_;
	my $bytes = read_bytes($file);
	return '' if length($bytes) < HEADER;
	my $header = substr($bytes, 0, HEADER);
	my @events = unpack('(a' . EVENT . ')*', substr($bytes, HEADER));
	pop @events if @events && length($events[-1]) < EVENT;
	my $try = sub {
		write_bytes("$file.try", $header . join('', @_));
		return $same->("$file.try");
	};

	my $step = @events;
	while ($step) {
		for (my $i = @events - $step; $i >= 0; $i -= $step) {
			my @fewer = @events;
			splice(@fewer, $i, $step);
			@events = @fewer if $try->(@fewer);
		}
		$step = int($step > @events ? @events / 2 : $step / 2);
	}
	for my $event (@events) {
		for my $byte (1 .. EVENT - 1) {
			my $old = $event;
			next unless ord(substr($event, $byte, 1));
			substr($event, $byte, 1) = "\0";
			$event = $old unless $try->(@events);
		}
	}
	write_bytes("$file.try", $header . join('', @events));
	# what cuts an incomplete event off is not tried in the loops
	move("$file.try", $file) if $same->("$file.try");
	unlink("$file.try");
	return @events == 1 ? 'one event' : @events . ' events';
}

# as it will be for afl-tmin: one input on standard input
sub crashes {
	my ($program, $file, $hang) = @_;
	return 1 if $hang;
	local $ENV{ASAN_OPTIONS} = 'detect_leaks=0';
	return Replay::quietly('/dev/null', 'timeout', 60, 'sh', '-c',
			       'exec "$0" <"$1"', $program, $file) != 0;
}

# Any other: AFL++'s. It keeps that there is a crash, not always which; then its
# exact mode. It sees what a sanitizer sees, but for leaks.
sub bytes {
	my ($file, $same, $program, $hang, $seconds) = @_;
	return 'no AFL++ build' unless -x $program;
	return 'afl-tmin sees no crash' unless crashes($program, $file, $hang);
	for my $exact (0, 1) {
		local $ENV{AFL_TMIN_EXACT} = 1;
		delete $ENV{AFL_TMIN_EXACT} unless $exact;
		local $ENV{AFL_QUIET} = 1;
		local $ENV{AFL_NO_COLOR} = 1;
		my @hang = $hang ? ('-H') : ();
		my $status = Replay::quietly("$file.tmin", 'timeout', 300, 'afl-tmin', '-t',
			1000 * ($hang ? 1 : $seconds), @hang, '-i', $file, '-o',
			"$file.try", '--', $program);
		next if $status || !$same->("$file.try");
		move("$file.try", $file);
		unlink("$file.tmin");
		return 'afl-tmin' . ($exact ? ', exact' : '');
	}
	unlink("$file.try");
	return "afl-tmin does not get on, see $file.tmin";
}

1;
