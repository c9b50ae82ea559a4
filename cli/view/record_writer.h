// How records are printed, one after another: for people, as one JSON document, or as one object a line.
#pragma once

#include <string>

#include "app.h"
#include "logbook/logscan/record.h"

namespace logbook::cli {

// A record for programs; text that is not UTF-8 is made so.
Json record_json(const logscan::Record& record);

// Untrusted text for a terminal: one line each, control bytes shown as U+FFFD, nothing cut.
std::string shown_line(std::string_view line);

// Writes as it goes, so that memory stays flat. Not thread-safe.
class RecordWriter {
  public:
    // `services`: name the service before each record.
    RecordWriter(App& app, bool services);

    // Fails when the reader has gone or the disk is full; then the caller stops.
    Status put(const logscan::Record& record);
    // Records between the last one and the next were left out.
    void gap();
    Status flush();
    // Ends the document with these members.
    Status finish(const Json& summary);

    uint64_t count() const { return count_; }

  private:
    enum class Form { table, json, jsonl };
    void write(const logscan::Record& record);
    void put_table(const logscan::Record& record);

    App& app_;
    Form form_;
    bool services_;
    bool gap_ = false;
    uint64_t count_ = 0;
    size_t waiting_ = 0;  // bytes since the last flush, about
};

}  // namespace logbook::cli
