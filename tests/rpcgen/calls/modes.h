/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The four modes of prototypes in one text.  BY_VALUE and MT_SAFE say which;
 * type and name of arguments, results and functions are spelled by these.
 */
#ifndef CALLS_MODES_H
#define CALLS_MODES_H

#ifdef BY_VALUE
#define ARG(type) type argument,
#define GIVEN argument
#define PASS(lvalue) lvalue,
#define NO_ARG
#define NO_PASS
#define ARRAY_ARG(type, element) type argument,
#define ARRAY_GIVEN argument
#else
#define ARG(type) type *argument,
#define GIVEN (*argument)
#define PASS(lvalue) &lvalue,
#define NO_ARG void *argument,
#define NO_PASS NULL,
#define ARRAY_ARG(type, element) element *argument,
#define ARRAY_GIVEN argument
#endif

#endif
