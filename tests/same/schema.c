/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a random interface file: `schema SEED` on standard output.  Every
 * construct of the language has its chance: each shape of member, enums with
 * gaps, unions over every kind of discriminant, lists by pointer, typedef and
 * union, trees, secrets, arrays without elements, anonymous bodies.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/random.h"
#include "xdr/base.h"

enum { TYPES = 24, MEMBERS = 6 };

enum kind { ENUM, STRUCT, UNION, ALIAS, LIST, TREE };

static uint64_t rng;
static enum kind kinds[TYPES];
static unsigned n_values[TYPES];	/* of enums */

static unsigned
below(unsigned n)
{
	return (unsigned)(test_random(&rng) % n);
}

static const char *const scalars[] = {
	"int", "unsigned int", "hyper", "unsigned hyper", "float", "double",
	"bool", "quadruple", "char", "unsigned char", "short",
	"unsigned short", "long", "unsigned long",
};

/* The type of an element: a scalar, or an earlier definition. */
static void
put_type(unsigned before)
{
	if (before == 0 || below(3) == 0)
		fputs(scalars[below(ARRAY_LEN(scalars))], stdout);
	else
		printf("t%u", below(before));
}

/* A member or arm called `name`; `self` may be pointed to. */
static void
put_decl(unsigned before, int self, const char *name, unsigned i)
{
	switch (below(12)) {
	case 0:
		printf("string %s%u<%s>", name, i, below(2) ? "9" : "");
		return;
	case 1:
		printf("opaque %s%u[%u]", name, i, below(20));
		return;
	case 2:
		printf("opaque %s%u<%s>", name, i, below(2) ? "21" : "");
		return;
	case 3:
		printf("opaque %s%u[%u]", name, i, 250 + below(20));
		return;
	case 4:
	case 5:
		put_type(before);
		printf(" %s%u<%u>", name, i, below(8));
		return;
	case 6:
		put_type(before);
		printf(" %s%u[%u]", name, i, below(4) ? below(5) :
		    15 + below(4));
		return;
	case 7:
		if (self >= 0 && below(2))
			printf("t%d", self);
		else
			put_type(before);
		printf(" *%s%u", name, i);
		return;
	case 8:
		if (below(3) == 0) {
			printf("struct { int a; string b<4>; } %s%u", name, i);
			return;
		}
		break;
	default:
		break;
	}
	put_type(before);
	printf(" %s%u", name, i);
}

static void
put_enum(unsigned n)
{
	int value = (int)below(4) - 2;

	n_values[n] = 1 + below(10);
	printf("%senum t%u {", below(4) ? "" : "/** @open */ ", n);
	for (unsigned i = 0; i < n_values[n]; i++) {
		printf("%s E%u_%u = %d", i ? "," : "", n, i, value);
		value += below(3) ? 1 : 1 + (int)below(9);
	}
	puts(" };");
}

static void
put_struct(unsigned n, bool tree)
{
	unsigned members = 1 + below(MEMBERS);

	printf("struct t%u {\n", n);
	for (unsigned i = 0; i < members; i++) {
		printf("\t%s", below(8) ? "" : "/** @secret */ ");
		put_decl(n, tree ? (int)n : -1, "m", i);
		puts(";");
	}
	if (tree && below(2))
		printf("\tt%u kids<%s>;\n\tint last;\n", n,
		    below(2) ? "3" : "");
	puts("};");
}

/* A list in one of the ways that are in use. */
static void
put_list(unsigned n)
{
	switch (below(4)) {
	case 0:
		printf("struct t%u {\n\t", n);
		put_decl(n, -1, "m", 0);
		printf(";\n\tt%u *next;\n};\n", n);
		break;
	case 1:
		printf("typedef t%u *p%u;\nstruct t%u {\n\t", n, n, n);
		put_decl(n, -1, "m", 0);
		printf(";\n\tp%u next;\n};\n", n);
		break;
	case 2:
		printf("struct t%u {\n\t", n);
		put_decl(n, -1, "m", 0);
		printf(";\n\tr%u rest;\n};\nunion r%u switch (bool more) {\n"
		    "case TRUE:\n\tt%u *next;\ncase FALSE:\n\tvoid;\n};\n", n,
		    n, n);
		break;
	default:
		printf("union t%u switch (int d) {\ncase 0:\n\tvoid;\ncase 1:"
		    "\n\tt%u *next;\ndefault:\n\t", n, n);
		put_decl(n, -1, "m", 0);
		puts(";\n};");
		break;
	}
}

/* The n-th label of a discriminant: "case 3". */
static void
put_union_over(unsigned n, int over, const char *disc, unsigned most)
{
	unsigned arms = 1 + below(most);

	printf("union t%u switch (%s d) {\n", n, disc);
	for (unsigned i = 0; i < arms; i++) {
		if (over >= 0)
			printf("case E%d_%u:\n", over, i);
		else
			printf("case %u:\n", i * 3);
		if (over < 0 && below(4) == 0)
			printf("case %u:\n", i * 3 + 1);
		putchar('\t');
		if (below(4) == 0)
			fputs("void", stdout);
		else
			put_decl(n, -1, "a", i);
		puts(";");
	}
	if (below(2)) {
		fputs("default:\n\t", stdout);
		if (below(2))
			fputs("void", stdout);
		else
			put_decl(n, -1, "a", arms);
		puts(";");
	}
	puts("};");
}

static void
put_union(unsigned n)
{
	char name[16];

	for (unsigned i = 0; i < n; i++)
		if (kinds[i] == ENUM && below(2)) {
			snprintf(name, sizeof(name), "t%u", i);
			put_union_over(n, (int)i, name, n_values[i]);
			return;
		}
	if (below(3) == 0) {
		printf("union t%u switch (bool d) {\ncase TRUE:\n\t", n);
		put_decl(n, -1, "a", 0);
		puts(";\ncase FALSE:\n\tvoid;\n};");
		return;
	}
	put_union_over(n, -1, below(2) ? "int" : "unsigned int", 12);
}

int
main(int argc, char **argv)
{
	rng = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	for (unsigned n = 0; n < TYPES; n++) {
		kinds[n] = (enum kind)(n == 0 ? ENUM : below(6));
		switch (kinds[n]) {
		case ENUM:
			put_enum(n);
			break;
		case STRUCT:
			put_struct(n, false);
			break;
		case UNION:
			put_union(n);
			break;
		case ALIAS:
			printf("%stypedef ", below(8) ? "" :
			    "/** @secret */ ");
			put_decl(n, -1, "t", n);
			puts(";");
			break;
		case LIST:
			put_list(n);
			break;
		case TREE:
			put_struct(n, true);
			break;
		}
	}
	return 0;
}
