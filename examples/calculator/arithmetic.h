/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ARITHMETIC_H
#define ARITHMETIC_H

#include "calculator.h"

/*
 * Arithmetic that says how it ended.  Each function returns a calc_status and
 * writes *out only with CALC_OK.
 */
calc_status int_add(int64_t a, int64_t b, int64_t *out);
calc_status int_subtract(int64_t a, int64_t b, int64_t *out);
calc_status int_multiply(int64_t a, int64_t b, int64_t *out);
calc_status int_divide(int64_t a, int64_t b, int64_t *out);
calc_status int_remainder(int64_t a, int64_t b, int64_t *out);
calc_status int_sum(const int64_t *values, uint32_t n, int64_t *out);

calc_status real_add(double a, double b, double *out);
calc_status real_subtract(double a, double b, double *out);
calc_status real_multiply(double a, double b, double *out);
calc_status real_divide(double a, double b, double *out);
calc_status real_power(double a, double b, double *out);
calc_status real_square_root(double a, double *out);

/* Solves a x^2 + b x + c = 0: up to two roots, their number in *out_n. */
calc_status solve_quadratic(const equation *e, double out_roots[2],
    uint32_t *out_n);

#endif
