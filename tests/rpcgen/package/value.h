/* SPDX-License-Identifier: BSD-3-Clause */
/* The message that is sent about. */
#ifndef VALUE_H
#define VALUE_H

#include <stdio.h>
#include <string.h>

#include "message.h"

static void
fill(message *m, payload_t payloads[3], message *next)
{
	static char signed_bytes[] = "signature";

	memset(m, 0, sizeof(*m));
	m->head.when.tv_sec = 1700000000;
	m->head.when.tv_nsec = 5;
	m->head.who = "somebody";
	memcpy(m->head.key, "12345678", 8);
	m->head.ports[2] = 111;
	m->head.kind = KIND_SIGNED;
	payloads[0].kind = KIND_PLAIN;
	payloads[0].payload_t_u.text = "plain text";
	payloads[1].kind = KIND_SIGNED;
	payloads[1].payload_t_u.signature.bytes.bytes_val = signed_bytes;
	payloads[1].payload_t_u.signature.bytes.bytes_len = 9;
	payloads[1].payload_t_u.signature.serial = 1ULL << 40;
	payloads[1].payload_t_u.signature.trusted = TRUE;
	payloads[2].kind = KIND_OTHER;
	m->payload.payload_len = 3;
	m->payload.payload_val = payloads;
	m->class = -1;
	m->new = BASE_MARK;
	m->a = -2;
	m->b = 3;
	m->c = 4;
	m->d = 5;
	m->next = next;
}

static void
print_encoded(const char *what, message *m)
{
	static char bytes[4096];
	XDR x;

	xdrmem_create(&x, bytes, sizeof(bytes), XDR_ENCODE);
	printf("%s: %d:", what, xdr_message(&x, m));
	for (unsigned i = 0; i < xdr_getpos(&x); i++)
		printf(" %02x", (unsigned char)bytes[i]);
	putchar('\n');
}

#endif
