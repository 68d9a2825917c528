/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The value that is sent to and fro.  Included after the types.h of either
 * compiler: the names and shapes are the same, so this one text fills in
 * both.  Everything pointed to is static and never changed.
 *
 * Before: hyper_of, the C type of a hyper.
 */
#ifndef INTEROP_VALUES_H
#define INTEROP_VALUES_H

#include <string.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* How many values fill_everything knows. */
#define N_VALUES 3

static void
fill_scalars(scalars *s, int sign)
{
	s->c = (char)(sign * 127);
	s->uc = 200;
	s->s = (short)(sign * 32767);
	s->us = 65535;
	s->i = sign * 2147483647;
	s->ui = 4294967295u;
	s->u = 1;
	s->l = sign * 2147483647;
	s->ul = 4294967295u;
	s->h = sign * 9223372036854775807LL;
	s->uh = 18446744073709551615ULL;
	s->f = (float)sign * 1.5f;
	s->d = sign * 1e300;
	s->b = sign > 0;
	s->e = sign > 0 ? GREEN : BLUE;
}

static void
fill_unions(everything *v)
{
	static double doubles[] = { -0.0, 3.25 };
	static number numbers[6];
	static shape shapes[3];
	static point points[] = { { 1, -1 }, { 2, -2 } };

	shapes[0].kind = RED;
	shapes[0].shape_u.at.x = 10;
	shapes[0].shape_u.at.y = -10;
	shapes[1].kind = GREEN;
	shapes[1].shape_u.label = (char *)"label";
	shapes[2].kind = BLUE;
	v->shapes.shapes_val = shapes;
	v->shapes.shapes_len = LEN(shapes);
	numbers[0].kind = 1;
	numbers[0].number_u.i = 11;
	numbers[1].kind = 2;
	numbers[1].number_u.i = 22;
	numbers[2].kind = -3;
	numbers[2].number_u.h = -1099511627776LL;
	numbers[3].kind = 4;
	numbers[3].number_u.d.d_val = doubles;
	numbers[3].number_u.d.d_len = LEN(doubles);
	numbers[4].kind = 2147483647;
	memcpy(numbers[4].number_u.other, "abc", 3);
	numbers[5].kind = -2147483647 - 1;
	memcpy(numbers[5].number_u.other, "\0\377\0", 3);
	v->numbers.numbers_val = numbers;
	v->numbers.numbers_len = LEN(numbers);
	v->yes.present = 1;
	v->yes.maybe_u.path.path_val = points;
	v->yes.maybe_u.path.path_len = LEN(points);
	v->no.present = 0;
}

static void
fill_pointers(everything *v)
{
	static list three = { 3, NULL }, two = { -2, &three }, one = { 1, &two };
	static tree left, right, root;
	static point here = { -7, 7 };

	left.key = (char *)"left";
	right.key = (char *)"";
	root.key = (char *)"root";
	root.left = &left;
	root.right = &right;
	v->list = &one;
	v->tree = &root;
	v->somewhere = &here;
	v->nowhere = NULL;
}

static void
fill_arrays(everything *v)
{
	static char bytes[] = "opaque\0bytes", many[100001];
	static char *some_names[] = { (char *)"a", (char *)"bc", (char *)"def",
		(char *)"" };
	static colour some_colours[] = { RED, GREEN, BLUE, RED };
	static point some_points[16];
	static int ints[] = { -1, 0, 1 };
	static hyper_of some_hypers[] = { -1, 0, 1LL << 62 };

	memcpy(v->digest, "\1\2\3\4\5\6\7", 7);
	v->blob.blob_val = bytes;
	v->blob.blob_len = sizeof(bytes) - 1;
	memset(many, 'm', sizeof(many));
	v->anything.anything_val = many;
	v->anything.anything_len = sizeof(many);
	v->name = (char *)"forty bytes at most, and that is enough.";
	v->triple[0] = -1;
	v->triple[1] = 0;
	v->triple[2] = 1;
	v->hypers.hypers_val = some_hypers;
	v->hypers.hypers_len = LEN(some_hypers);
	v->colours.colours_val = some_colours;
	v->colours.colours_len = LEN(some_colours);
	v->names.names_val = some_names;
	v->names.names_len = LEN(some_names);
	for (int i = 0; i < 16; i++)
		some_points[i].x = i;
	v->path.path_val = some_points;
	v->path.path_len = LEN(some_points);
	v->text = (char *)"gr\303\274\303\237e";
	memcpy(v->raw, "12345", 5);
	v->counted.counted_val = ints;
	v->counted.counted_len = LEN(ints);
	v->grid[0].x = 100;
	v->grid[1].y = -100;
}

/*
 * Value 0 has everything empty, value 1 everything at its largest, value 2 is
 * small enough for a datagram.
 */
static void
fill_everything(everything *v, int which)
{
	memset(v, 0, sizeof(*v));
	fill_scalars(&v->one, 1);
	fill_scalars(&v->two[0], -1);
	fill_scalars(&v->two[1], 1);
	v->name = (char *)"";
	v->text = (char *)"";
	if (which == 0)
		return;
	fill_arrays(v);
	fill_unions(v);
	fill_pointers(v);
	if (which == 2)
		v->anything.anything_len = 1001;
}

#endif
