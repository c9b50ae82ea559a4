// A diagnosis as the JSON document "logbookctl/doctor/1" (schemas/doctor.schema.json).
#pragma once

#include "logbook/base/json.h"
#include "logbook/doctor/diagnosis.h"

namespace logbook::doctor {

LOGBOOK_EXPORT Json to_json(const Diagnosis& diagnosis, bool warnings_count);

}  // namespace logbook::doctor
