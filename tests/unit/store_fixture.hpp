#pragma once

#include <filesystem>
#include <string>

#include <mltrack/mltrack.hpp>

#include "sqlite/connection.hpp"

/// A folder that is gone after the test, with a store in it.
struct StoreFixture {
  StoreFixture() { std::filesystem::create_directories(folder); }
  ~StoreFixture() { std::filesystem::remove_all(folder); }
  StoreFixture(const StoreFixture&) = delete;
  StoreFixture& operator=(const StoreFixture&) = delete;

  mltrack::Tracker open() const { return mltrack::Tracker::open(path); }

  /// One number or one text out of the file, by SQL.
  std::int64_t number(const std::string& sql) const {
    mltrack::sqlite::Connection connection(path, mltrack::sqlite::Mode::read, 1000);
    return connection.integer(sql).value_or(-1);
  }
  std::string text(const std::string& sql) const {
    mltrack::sqlite::Connection connection(path, mltrack::sqlite::Mode::read, 1000);
    return connection.text(sql).value_or("<null>");
  }

  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("mltrack-test-" + mltrack::Uid::random().str());
  const std::filesystem::path path = folder / "mltrack.db";
};

/// The code of the Error that `action` throws; its message is kept in `message`.
template <class Action>
mltrack::ErrorCode error_of(Action&& action, std::string* message = nullptr) {
  try {
    action();
  } catch (const mltrack::Error& error) {
    if (message) *message = error.what();
    return error.code();
  }
  throw std::logic_error("no mltrack::Error was thrown");
}
