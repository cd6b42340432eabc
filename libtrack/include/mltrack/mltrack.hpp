#pragma once

#include <mltrack/alarm.hpp>
#include <mltrack/call.hpp>
#include <mltrack/dataset.hpp>
#include <mltrack/digest.hpp>
#include <mltrack/environment.hpp>
#include <mltrack/error.hpp>
#include <mltrack/fitted.hpp>
#include <mltrack/id.hpp>
#include <mltrack/json.hpp>
#include <mltrack/query.hpp>
#include <mltrack/run.hpp>
#include <mltrack/store.hpp>
#include <mltrack/tracker.hpp>
#include <mltrack/trial.hpp>
#include <mltrack/value.hpp>
#include <mltrack/version.hpp>
