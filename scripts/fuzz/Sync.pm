# SPDX-License-Identifier: GPL-2.0-only
#
# Several machines, one folder that all of them see. AFL++ advises against running
# on a shared folder, and to copy main instances' queues: each main has what its
# own machine found. So DIR/HARNESS/HOST/queue is that of HOST's main, and becomes
# OUT/HARNESS/from-HOST/queue elsewhere, which only the main there reads.
package Sync;
use strict;
use warnings;
use Command;
use File::Path qw(make_path);

# Files come whole or not at all, and are never changed.
sub copy_new {
	my ($from, $to) = @_;
	make_path($to);
	Command::run("$to.log", 'rsync', '--recursive', '--ignore-existing',
		     '--exclude=.*', "$from/", "$to/")
		or warn "fuzz: cannot copy $from: $to.log\n";
}

sub give {
	my ($out, $dir, $host, $harness) = @_;
	my $queue = "$out/$harness/main/queue";
	copy_new($queue, "$dir/$harness/$host/queue") if -d $queue;
}

sub take {
	my ($out, $dir, $host, $harness) = @_;
	for my $queue (glob "'$dir/$harness'/*/queue") {
		my ($other) = $queue =~ m{([^/]+)/queue$};
		copy_new($queue, "$out/$harness/from-$other/queue")
			if $other ne $host;
	}
}

1;
