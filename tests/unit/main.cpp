// The doctest runner. The heavy implementation is compiled in this one unit only.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
