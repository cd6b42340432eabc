#include <cstdio>

#include <mltrack/version.hpp>

int main() { return std::puts("mltrack " MLTRACK_VERSION) < 0; }
