#include "faces/nacos/naming/naming_room.h"

#include <algorithm>
#include <tuple>

namespace batata::nacos {

std::vector<Subscriber> subscribers_of(const NamingRoom& room, const ServiceTest& wanted) {
  std::vector<Subscriber> all;
  room.hub.add_subscribers(wanted, all);
  if (room.udp != nullptr) room.udp->add_subscribers(wanted, all);
  std::ranges::sort(all, {}, [](const Subscriber& one) { return std::tie(one.service, one.client_id); });
  return all;
}

}  // namespace batata::nacos
