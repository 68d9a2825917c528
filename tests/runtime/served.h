/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server in a thread of its own that serves a small program, and a probe
 * that speaks to it in raw bytes: what tests of servers share.
 */
#ifndef ORPC_TESTS_RUNTIME_SERVED_H
#define ORPC_TESTS_RUNTIME_SERVED_H

#include "tests/lib/test.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include <orpc/server.h>

/* ---- The program ----------------------------------------------------- */

#define SERVED_PROG 0x20000777u
#define SERVED_LOW 2u		/* versions 2 and 4 are served, 3 is not */
#define SERVED_HIGH 4u

enum served_proc {
	SERVED_ECHO = 1,	/* opaque<> back; idempotent */
	SERVED_COUNT = 2,	/* adds the argument; the sum so far */
	SERVED_LATER = 3,	/* as COUNT, replied by served_release */
	SERVED_DROP = 4,	/* no reply */
	SERVED_FAIL = 5,	/* returns its argument as its result code */
	SERVED_SLEEP = 6,	/* sleeps so many milliseconds; idempotent */
	SERVED_LARGE = 7,	/* so many bytes; not idempotent */
	SERVED_WHO = 8,		/* uid of the caller: AUTH_SYS, else peer */
	SERVED_MEET = 9,	/* waits until so many are in here at once */
	SERVED_LIST = 10	/* how long a linked list of numbers is */
};

/* What the handlers did. */
struct served_log {
	atomic_uint executed;	/* COUNT and LATER */
	atomic_uint sum;
	atomic_uint threads;	/* SLEEP and MEET that run now */
	atomic_uint met;	/* MEET: all have been in at once */
	struct orpc_request *later[4096];
	atomic_uint n_later;
};

struct served {
	struct orpc_server *server;
	struct served_log log;
	pthread_t thread;
	bool running;
	char tcp[64];
	char tcp6[64];
	char udp[64];
	char udp6[64];
	char local[128];
	char dir[64];
};

extern const struct orpc_program served_v2;

/* Starts it on TCP, UDP (IPv4, IPv6) and a unix socket; options may be
 * NULL. */
void served_start(struct served *s, const struct orpc_server_options *options);

/* Stops and closes it. */
void served_stop(struct served *s);

/* Waits until n calls of LATER are open. */
void served_wait_later(struct served *s, unsigned n);

/* Replies to the i-th call of LATER. */
void served_release(struct served *s, unsigned i);

/* ---- The probe ------------------------------------------------------- */

struct probe {
	int fd;
	bool stream;
};

/* Connects to "tcp://..." or the like. */
struct probe probe_open(const char *address);
void probe_close(struct probe *p);

/* Sends one message: a record of one fragment, or a datagram. */
void probe_send(const struct probe *p, const void *bytes, size_t n);

/* Bytes as they are. */
void probe_send_raw(const struct probe *p, const void *bytes, size_t n);

/* How long something that must happen may take on a loaded machine. */
#define PATIENCE_MS 40000

/* Receives one message: its length; -1 when none came in time, -2 when the
 * connection was closed. */
long probe_recv(const struct probe *p, void *bytes, size_t n, int timeout_ms);

/* Puts a call header with AUTH_NONE; returns its length, 40. */
size_t probe_call(uint8_t *bytes, uint32_t xid, uint32_t version,
    uint32_t procedure);

/* The same with one unsigned argument: 44. */
size_t probe_call_u32(uint8_t *bytes, uint32_t xid, uint32_t procedure,
    uint32_t arg);

uint32_t probe_word(const uint8_t *bytes, size_t at);
void probe_put(uint8_t *bytes, size_t at, uint32_t word);

/* Sends a call with one argument and returns the word behind the header of
 * its successful reply; fails the test when there is none. */
uint32_t probe_ask(const struct probe *p, uint32_t xid, uint32_t procedure,
    uint32_t arg);

#endif
