/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The group that IPv6 broadcast asks (RFC 1833 BCAST to ff02::202), on every
 * interface there is.  A descriptor of its own holds the membership; what is
 * sent to the group then reaches the sockets that listen at the port.
 */
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/binder/binder.h"

void
orpc_i_group_join(int *fd)
{
	struct ipv6_mreq group = { .ipv6mr_multiaddr = { { {
	    0xff, 0x02, [14] = 0x02, [15] = 0x02 } } } };
	struct if_nameindex *list;

	if (*fd < 0)
		*fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	list = *fd < 0 ? NULL : if_nameindex();
	for (size_t i = 0; list && list[i].if_index; i++) {
		group.ipv6mr_interface = list[i].if_index;
		/* Where it is a member already, or can't be: as it is. */
		(void)setsockopt(*fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP,
		    &group, sizeof(group));
	}
	if (list)
		if_freenameindex(list);
}

void
orpc_i_group_leave(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
