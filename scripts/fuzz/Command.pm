# SPDX-License-Identifier: GPL-2.0-only
#
# Other programs. Perl's own system() would ignore a Ctrl-C meanwhile.
package Command;
use strict;
use warnings;

# run(LOG, PROGRAM, ARGUMENT...): what it says goes to LOG. True: it ended well
sub run {
	my ($log, @command) = @_;
	my $pid = fork // die "fork: $!\n";

	if (!$pid) {
		$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>>', $log) or die "$log: $!\n";
		open(STDERR, '>&', \*STDOUT);
		exec @command or die "$command[0]: $!\n";
	}
	# a signal may end the wait, and not the program
	1 while waitpid($pid, 0) != $pid;
	return $? == 0;
}

# processes(): pid => parent and session of each
sub processes {
	my %all;
	for my $stat (glob '/proc/[0-9]*/stat') {
		open(my $file, '<', $stat) or next;
		# the name, in parentheses, may hold anything
		my ($pid, $parent, $session) =
			(<$file> // '') =~ /^(\d+) .*\) \S (\d+) \d+ (\d+)/s or next;
		$all{$pid} = { parent => $parent, session => $session };
	}
	return \%all;
}

1;
