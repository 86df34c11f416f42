#pragma once
#include "async/published_map.h"
#include "store/store.h"

namespace batata::cluster {

/// Every key of the store at its latest applied value, readable from any thread: the hot index.
/// Written by replica/ alone, before a proposal's completion is announced.
using LatestKeys = PublishedMap<store::KeyValue, NamesInside<&store::KeyValue::key>>;

}  // namespace batata::cluster
