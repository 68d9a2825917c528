/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Small helpers for the .c files of every room.  Not installed.
 */
#ifndef ORPC_BASE_H
#define ORPC_BASE_H

#include <stddef.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* Runs fn(&variable) when the variable's scope ends. */
#define AUTO(fn) __attribute__((cleanup(fn)))

#endif
