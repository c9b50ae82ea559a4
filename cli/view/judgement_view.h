// Judged figures as rows, JSON and one line for monitors.
#pragma once

#include "logbook/base/json.h"
#include "logbook/instrument/judgement.h"
#include "view/stream.h"

namespace logbook::cli {

void put_judgements(Stream& out, const std::vector<instrument::Judgement>& judgements);
// The last line: "1 problem, 2 warnings · 11 figures".
std::string verdict_of(const std::vector<instrument::Judgement>& judgements);
Json to_json(const std::vector<instrument::Judgement>& judgements);

// "REDIS WARNING - evictions: 3 since its start | memory=64%;80;95 …"
std::string nagios_line(std::string_view what, const std::vector<instrument::Judgement>& judgements);
// 0, 1, 2 as monitors expect.
int nagios_status(const std::vector<instrument::Judgement>& judgements);

}  // namespace logbook::cli
