# SPDX-License-Identifier: BSD-3-Clause
# Writes a .x file of n definitions, always the same one:
#
#	awk -v n=1000 -f definitions.awk
#
# The mix is that of the protocols people have (NFS, NIS, mount, libvirt): of
# twenty definitions ten are structs, three unions, three typedefs, two enums
# and two constants, with a comment here and there.  Members are scalars,
# strings, opaques, arrays and types defined shortly before.  After every 500
# comes a program of 16 procedures.

# A small generator of our own: every awk gives the same file.
function pick(range)
{
	seed = (seed * 1103 + 12345) % 65521
	return seed % range
}

# A struct, union or typedef defined not long ago.
function near()
{
	if (n_types == 0)
		return "int"
	return types[n_types - 1 - pick(n_types < 40 ? n_types : 40)]
}

function member(name,    kind)
{
	kind = pick(12)
	if (kind == 0)
		return "string " name "<255>"
	if (kind == 1)
		return "opaque " name "<>"
	if (kind == 2)
		return "opaque " name "[16]"
	if (kind == 3)
		return "unsigned hyper " name
	if (kind == 4)
		return "bool " name
	if (kind == 5)
		return near() " " name "<16>"
	if (kind == 6)
		return near() " *" name
	if (kind <= 8)
		return near() " " name
	return (kind == 9 ? "int " : "unsigned int ") name
}

function print_struct(i,    count, m)
{
	print "struct request_" i " {"
	count = 2 + pick(5)
	for (m = 0; m < count; m++)
		print "\t" member("field_" m) ";"
	print "};"
	types[n_types++] = "request_" i
}

function print_enum(i,    count, m)
{
	print "enum status_" i " {"
	count = 3 + pick(4)
	for (m = 0; m < count; m++)
		print "\tSTATUS_" i "_" m " = " m (m < count - 1 ? "," : "")
	print "};"
	last_enum = i
	last_count = count
}

function print_union(i,    m)
{
	print "union result_" i " switch (status_" last_enum " status) {"
	for (m = 0; m < 2; m++)
		print "case STATUS_" last_enum "_" m ":\n\t" \
		    member("arm_" m) ";"
	print "default:\n\tvoid;\n};"
	types[n_types++] = "result_" i
}

function print_typedef(i)
{
	print "typedef " member("name_" i) ";"
	types[n_types++] = "name_" i
}

function print_definition(i,    kind)
{
	kind = i % 20
	if (kind == 0)
		print_enum(i)
	else if (kind == 7)
		print_enum(i)
	else if (kind == 3 || kind == 13)
		print "const LIMIT_" i " = " pick(4096) ";"
	else if (kind == 5 || kind == 10 || kind == 18)
		print_union(i)
	else if (kind == 1 || kind == 9 || kind == 15)
		print_typedef(i)
	else
		print_struct(i)
}

function print_program(i,    p)
{
	print "program SERVICE_" i " {\n\tversion SERVICE_" i "_V1 {"
	for (p = 1; p <= 16; p++)
		print "\t\t" near() " CALL_" i "_" p "(" near() ") = " p ";"
	print "\t} = 1;\n} = " 536870912 + i ";"
}

BEGIN {
	seed = 1
	for (i = 0; i < n; i++) {
		if (i % 500 == 499) {
			print_program(i)
			continue
		}
		if (i % 7 == 0)
			print "/* Number " i " of " n "; see section 3. */"
		print_definition(i)
	}
	if (n < 500)
		print_program(n)
}
