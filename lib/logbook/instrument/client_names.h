// Which container, or machine, a database's client address belongs to.
#pragma once

#include "logbook/deployment/find.h"

namespace logbook::instrument {

// Made of a deployment's inspected members; without one no name is known. A value.
class LOGBOOK_EXPORT ClientNames {
  public:
    ClientNames() = default;
    explicit ClientNames(const deployment::Deployment& deployment);

    // "intranet-backend" for an address of one of its networks. What connects by a network's gateway comes
    // from the engine's machine; what has no address ("localhost", 127.0.0.1) from inside the database's own
    // container. Empty where nothing is known.
    std::string of(std::string_view address) const;

  private:
    std::vector<std::pair<std::string, std::string>> names_;  // {address, name}
    std::string database_;                                    // container of the database
};

}  // namespace logbook::instrument
