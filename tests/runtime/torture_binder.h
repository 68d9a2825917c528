/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the binder's ordeals share: the victim, and the figures.
 */
#ifndef ORPC_TESTS_RUNTIME_TORTURE_BINDER_H
#define ORPC_TESTS_RUNTIME_TORTURE_BINDER_H

#include <stdbool.h>
#include <sys/types.h>

/* far_tcp and far_udp are its addresses as strangers reach them; "" where
 * there can be none. */
struct victim {
	pid_t pid;
	char dir[40];
	char local[80];
	char journal[80];
	char tcp[64];
	char udp[64];
	char far_tcp[64];
	char far_udp[64];
};

extern struct victim victim;

/* Prints a figure beside its goal. */
void figure(const char *what, double got, const char *unit, double goal);
void must(bool holds, const char *what);

/* n_files: descriptors it may have; 0: as many as there are. */
void victim_start(unsigned n_files);
void victim_kill(void);

/* In KiB. */
double victim_rss(void);
double victim_claimed(void);
double victim_cpu_ms(void);

/* A network of our own with an address of strangers, as an ordinary user;
 * false: not here. */
bool strangers_make(void);

/* The rows of messages, strangers and crowds. */
void torture_lies(void);
void torture_messages(void);
void torture_strangers(void);
void torture_full_table(void);

#endif
