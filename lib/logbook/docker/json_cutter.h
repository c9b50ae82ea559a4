// Cuts a stream of JSON objects into single ones as it comes, so that neither 10,000 containers nor an
// endless stream of events is ever held as one text.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "logbook/base/result.h"

namespace logbook::docker {

// An incremental cutter; holds one object at the most. Not thread-safe.
class JsonCutter {
  public:
    enum class Shape {
        array,     // "[{…},{…}]"
        sequence,  // "{…}{…}", with any blanks between
    };
    JsonCutter(Shape shape, size_t most_bytes) : shape_(shape), most_bytes_(most_bytes) {}

    using Sink = std::function<Result<bool>(std::string_view object)>;  // false: enough

    // Each whole object goes to `sink`, whose failure is passed on. Fails with `protocol` for what stands
    // between objects and does not belong there, `too_large` for an object beyond `most_bytes`.
    Result<bool> feed(std::string_view bytes, const Sink& sink);
    // At the end of the stream: fails with `closed` when something is unfinished.
    Status finish() const;

  private:
    enum class Place { before, between, inside, after };
    Result<bool> between(char c);

    Shape shape_;
    size_t most_bytes_;
    Place place_ = Place::before;
    std::string held_;
    size_t depth_ = 0;
    bool in_text_ = false, escaped_ = false;
};

}  // namespace logbook::docker
