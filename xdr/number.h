/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Floating numbers as text and back, in the C locale whatever the program's
 * own one is.
 */
#ifndef OXDR_NUMBER_H
#define OXDR_NUMBER_H

#include <stddef.h>

/* Room for any number that is formatted, NUL included. */
#define NUMBER_ROOM 40

/*
 * The shortest text that reads back as the same value: "0.1", "1e+300",
 * "-0.0", "NaN", "Infinity", "-Infinity".  Returns its length.
 */
size_t oxdr_i_format_double(double v, char out[NUMBER_ROOM]);
size_t oxdr_i_format_float(float v, char out[NUMBER_ROOM]);

/* Reads a whole text, NUL-terminated: 0, or -OXDR_E_SYNTAX.  Rounds once, to
 * the width asked for. */
int oxdr_i_parse_double(const char *text, double *out);
int oxdr_i_parse_float(const char *text, float *out);

#endif
