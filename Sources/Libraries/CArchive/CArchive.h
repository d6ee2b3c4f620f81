// libarchive: reading and writing of tar archives and their compressions (libarchive(3)).
#include <archive.h>
#include <archive_entry.h>
