/* SPDX-License-Identifier: BSD-3-Clause */
/* Adds a guest to the book at an address; without one, says how many bytes
 * the guest has. */
#include <stdio.h>

#include "book.h"

static int
add(const char *address, const struct guest *guest)
{
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t n;
	int result = orpc_client_open(address, &guest_book_v1_program, NULL,
	    &client, NULL);

	if (result == 0) {
		result = guest_book_v1_add(client, &call, guest, &n);
		orpc_call_fini(&call);
		orpc_client_close(client);
	}
	return result != 0;
}

int
main(int argc, char **argv)
{
	char name[] = "Ann";
	struct guest guest = { .name = name, .age = 30 };

	if (argc > 1)
		return add(argv[1], &guest);
	printf("%zu bytes\n", guest_xdr_size(&guest));
	return 0;
}
