# SPDX-License-Identifier: GPL-2.0-only
#
# A copy of a capture, changed as a kernel with some defect would have left it,
# or as none would, and what conform makes of it. Sourced after cli_lib.bash.

# take CAPTURE: a copy to change
take() {
	rm -rf "$work/c"
	cp -r "$captures/$1" "$work/c"
	chmod -R u+w "$work/c"
}

# where PT_LOADs are in virtual memory
linear_map=0xc000000000000000

# elfcorehdr STEP PERL: $_ is the segment; load(i, first, last) makes program
# header i a PT_LOAD
elfcorehdr() {
	local file
	file=$(echo "$work"/c/step-"$1"-*/elfcorehdr.bin.gz)
	gunzip -c "$file" >"$work/elf"
	perl -0777 -pi -e '
		sub load {
			my ($i, $first, $last) = @_;
			my $size = $last - $first + 1;
			substr($_, 64 + 56 * $i, 56, pack("VVQ<6", 1, 7, $first,
				'$linear_map' + $first, $first, $size,
				$size, 0));
		}
		sub count { substr($_, 56, 2, pack("v", $_[0])) }
		'"$2" "$work/elf"
	gzip -c "$work/elf" >"$file"
}

# fdt STEP COMMAND...: with {} as the tree, which keeps its totalsize
fdt() {
	local file size
	file=$(echo "$work"/c/step-"$1"-*/fdt.dtb.gz)
	shift
	gunzip -c "$file" >"$work/fdt"
	size=$(stat -c %s "$work/fdt")
	"${@/#\{\}/$work/fdt}"
	# fdtput takes the free space away
	truncate -s "$size" "$work/fdt"
	perl -0777 -pi -e 'substr($_, 4, 4, pack("N", length))' "$work/fdt"
	gzip -c "$work/fdt" >"$file"
}

# manifest STEP PERL: about $m
manifest() {
	local file
	file=$(echo "$work"/c/step-"$1"-*/manifest.json)
	perl -MJSON::PP -e '
		local $/;
		open my $f, "<", $ARGV[0] or die;
		my $m = decode_json(<$f>);
		eval $ARGV[1];
		die $@ if $@;
		open $f, ">", $ARGV[0] or die;
		print $f encode_json($m);
	' "$file" "$2"
}

# expect_step STEP PATTERN: one of its lines, or of those below it, matches
expect_step() {
	checks=$((checks + 1))
	awk -v step="  step-$1-" '
		index($0, "  step-") == 1 { on = index($0, step) == 1 }
		/^[^ ]/ { on = 0 }
		on' "$work/out" >"$work/lines"
	grep -qE -- "$2" "$work/lines" ||
		complain "step $1" "a line like: $2" "$(<"$work/lines")"
}

# different PATTERN: exit status 1 because of the step's difference
expect_different() {
	hp conform "$work/c"
	expect_status 1
	expect_step "$1" "DIFFERENT: $2"
}

# expect_defect STEP ID: known, and therefore exit status 0
expect_defect() {
	hp conform "$work/c"
	expect_status 0
	expect_step "$1" "known defect $2: "
}
