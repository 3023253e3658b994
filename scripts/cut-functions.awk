# SPDX-License-Identifier: GPL-2.0-only
#
# Leaves of a kernel source file what some of its functions need: they
# themselves, whatever else of the file they mention (functions, static
# variables, types), and every preprocessor directive that stands between
# functions. Each piece follows a "#line", so that diagnostics and coverage
# point into the kernel tree.
#
# usage: awk -v names="NAME..." -v out=FILE -f cut-functions.awk SOURCE
#
# A NAME that SOURCE does not define, or defines twice, is an error; FILE is
# not written then. "?NAME" may be missing: not every kernel version has it.
#
# It relies on the kernel's coding style: outside of functions nothing is
# indented but continuation lines, and a body ends with a "}" in column one.

{
	line[NR] = $0
	code[NR] = strip($0)
	in_comment_after[NR] = in_comment
}

END {
	find_items()
	check_names()
	for (i in root)
		want(i)
	if (failed)
		exit 1
	write_pieces()
}

# The line without comments, and strings empty; in_comment lasts across lines.
function strip(s,    result, start)
{
	while (s != "") {
		if (in_comment) {
			start = index(s, "*/")
			if (!start)
				return result
			s = substr(s, start + 2)
			in_comment = 0
			continue
		}
		if (!match(s, /\/\*|\/\/|"|'/))
			return result s
		result = result substr(s, 1, RSTART - 1)
		start = substr(s, RSTART, RLENGTH)
		s = substr(s, RSTART)
		if (start == "//")
			return result
		if (start == "/*") {
			in_comment = 1
			s = substr(s, 3)
			result = result " "
		} else {
			if (start == "\"")
				match(s, /^"([^"\\]|\\.)*"?/)
			else
				match(s, /^'([^'\\]|\\.)*'?/)
			s = substr(s, RLENGTH + 1)
			result = result start start
		}
	}
	return result
}

# An item is a directive, or a definition or declaration outside of functions.
function find_items(    i)
{
	for (i = 1; i <= NR; i = to[nr] + 1) {
		while (i <= NR && code[i] ~ /^[ \t]*$/)
			i++
		if (i > NR)
			return
		from[++nr] = i
		to[nr] = code[i] ~ /^[ \t]*#/ ? end_of_directive(i) : \
						end_of_item(i)
		name_item(nr)
	}
}

function end_of_directive(i)
{
	kind[nr] = "directive"
	while (i < NR && (line[i] ~ /\\$/ || in_comment_after[i]))
		i++
	return i
}

function end_of_item(i,    opened, depth, braces)
{
	for (; i < NR; i++) {
		text[nr] = text[nr] " " code[i]
		if (code[i] ~ /^[ \t]*#/)
			continue
		braces = code[i]
		opened += gsub(/[{]/, "", braces)
		depth = opened - (closed[nr] += gsub(/[}]/, "", braces))
		if (code[i] ~ /^[}]/)
			return i
		if (!depth && code[i] ~ /[;}][ \t]*$/)
			return i
	}
	text[nr] = text[nr] " " code[i]
	return i
}

# Kind and name: of a function, a declaration of one, a type, a variable.
function name_item(n,    head)
{
	if (kind[n] == "directive")
		return
	head = text[n]
	sub(/[{].*/, "", head)
	if (head ~ /^ *typedef/) {
		kind[n] = "type"
		head = text[n]
		sub(/[ \t]*;[ \t]*$/, "", head)
	} else if (head ~ /=/ || head !~ /[({]/ && text[n] !~ /[{]/) {
		kind[n] = text[n] ~ /^ *static/ ? "variable" : "global"
		sub(/[ \t]*[=;[].*/, "", head)
	} else if (head ~ /\(/) {
		kind[n] = text[n] ~ /[{]/ ? "function" : "declaration"
		sub(/[ \t]*\(.*/, "", head)
	} else {
		kind[n] = "type"
	}
	sub(/[ \t]*$/, "", head)
	sub(/.*[^A-Za-z0-9_]/, "", head)
	name[n] = head
	if (kind[n] == "function" && !defined[head]++)
		definition[head] = n
}

function check_names(    list, i, count, wanted)
{
	count = split(names, list, " ")
	for (i = 1; i <= count; i++) {
		wanted = list[i]
		if (sub(/^\?/, "", wanted) && !defined[wanted])
			continue
		if (!defined[wanted])
			complain("no function " wanted "()")
		else if (defined[wanted] > 1)
			complain("function " wanted "() is defined " \
				 defined[wanted] " times")
		else
			root[definition[wanted]]
	}
}

function complain(what)
{
	print "cut-functions: " FILENAME ": " what > "/dev/stderr"
	failed = 1
}

# This item, and all that it mentions. What is global besides functions is the
# shim's to provide.
function want(n,    rest, word, i)
{
	if (wanted_item[n]++)
		return
	rest = text[n]
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
		word = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		for (i = 1; i <= nr; i++)
			if (name[i] == word && kind[i] != "global")
				want(i)
	}
}

function write_pieces(    n, i, next_line)
{
	printf "" > out
	for (n = 1; n <= nr; n++) {
		if (kind[n] != "directive" && !wanted_item[n])
			continue
		if (from[n] != next_line)
			printf "#line %d \"%s\"\n", from[n], FILENAME > out
		for (i = from[n]; i <= to[n]; i++)
			print line[i] > out
		next_line = to[n] + 1
	}
	close(out)
}
