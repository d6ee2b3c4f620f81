// The kernel's own words for netlink and rtnetlink (linux/include/uapi): numbers and layouts, no library.
// net/if.h comes first, so that the C library and the kernel agree on who defines struct ifreq (linux/libc-compat.h).
#include <net/if.h>
#include <sys/socket.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/veth.h>
