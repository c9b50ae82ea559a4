// Marks what liblogbook.so exports; everything else is hidden.
#pragma once

#define LOGBOOK_EXPORT __attribute__((visibility("default")))
