/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Places that tracers can watch (USDT, provider "orpc"): nothing but a no-op
 * until one does.  Without <sys/sdt.h> they are not there at all.
 *
 *	request(xid, program, version, procedure)   before a handler
 *	reply(xid, result, bytes)                   a reply was put
 *	replay(xid, outcome)                        REPLAY_... of a duplicate
 *	connection(fd, kind)                        accepted
 *	closed(reason)                              a server's connection
 *
 *	bpftrace -e 'usdt:/usr/lib/liborpc.so:orpc:request { @[arg3] = count() }'
 */
#ifndef ORPC_PROTO_PROBE_H
#define ORPC_PROTO_PROBE_H

#ifdef __has_include
#if __has_include(<sys/sdt.h>)
#include <sys/sdt.h>
#define ORPC_HAVE_PROBES 1
#endif
#endif

#ifdef ORPC_HAVE_PROBES
#ifdef __clang__	/* what <sys/sdt.h> does inside */
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#endif
#define ORPC_PROBE1(name, a) DTRACE_PROBE1(orpc, name, a)
#define ORPC_PROBE2(name, a, b) DTRACE_PROBE2(orpc, name, a, b)
#define ORPC_PROBE3(name, a, b, c) DTRACE_PROBE3(orpc, name, a, b, c)
#define ORPC_PROBE4(name, a, b, c, d) DTRACE_PROBE4(orpc, name, a, b, c, d)
#else
#define ORPC_PROBE1(name, a) ((void)0)
#define ORPC_PROBE2(name, a, b) ((void)0)
#define ORPC_PROBE3(name, a, b, c) ((void)0)
#define ORPC_PROBE4(name, a, b, c, d) ((void)0)
#endif

#endif
