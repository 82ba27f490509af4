//===- ModelFile.cpp - The parsed file and its neighbours -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelFile.h"
#include "mlir/IR/Diagnostics.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

using namespace mlir;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace resnetc::import {

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

/// What is wrong with bytes that protobuf refuses.
static StringRef explainUnparsable(StringRef bytes) {
  if (bytes.empty())
    return "the file is empty";
  StringRef start = bytes.take_front(256);
  bool isText = llvm::all_of(start, [](unsigned char c) {
    return c >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
  if (isText)
    return "it is a text file";
  if (bytes.front() == '\x08') // the field that comes first, ir_version
    return "the file is cut short or damaged";
  return "it is no protobuf message";
}

FailureOr<std::unique_ptr<ModelFile>> ModelFile::open(StringRef name,
                                                      Location loc) {
  fs::file_status status;
  if (std::error_code error = fs::status(name, status))
    return emitError(loc, "cannot be read: ") << error.message();
  if (!fs::is_regular_file(status))
    return emitError(loc, "is not a file");
  auto buffer = llvm::MemoryBuffer::getFile(name, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return emitError(loc, "cannot be read: ") << buffer.getError().message();
  return parse((*buffer)->getMemBufferRef(), loc);
}

FailureOr<std::unique_ptr<ModelFile>>
ModelFile::parse(llvm::MemoryBufferRef buffer, Location loc) {
  StringRef bytes = buffer.getBuffer();
  if (bytes.size() > static_cast<size_t>(INT_MAX))
    return emitError(loc) << "has " << bytes.size()
                          << " bytes, but protobuf ends at 2 GB: save the "
                             "model with its weights as external data";

  auto model = std::make_shared<onnx::ModelProto>();
  bool parsed;
  {
    google::protobuf::LogSilencer silencer; // the error below says it
    google::protobuf::io::ArrayInputStream stream(bytes.data(), bytes.size());
    google::protobuf::io::CodedInputStream coded(&stream);
    coded.SetTotalBytesLimit(INT_MAX);
    parsed =
        model->ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
  }
  if (!parsed)
    return emitError(loc) << "not an ONNX model (" << explainUnparsable(bytes)
                          << ")";
  if (!model->has_graph())
    return emitError(loc) << "not an ONNX model ("
                          << (bytes.empty() ? "the file is empty"
                                            : "it has no graph")
                          << ")";
  if (!model->has_ir_version())
    return emitError(loc, "not an ONNX model (it has no ir_version)");

  auto file = std::make_unique<ModelFile>();
  file->filePath = buffer.getBufferIdentifier().str();
  file->model = std::move(model);
  return file;
}

//===----------------------------------------------------------------------===//
// External data
//===----------------------------------------------------------------------===//

/// Whether `file` lies in the directory of `neighbour`, links resolved.
static bool isBeside(StringRef file, StringRef neighbour) {
  llvm::SmallString<256> directory = path::parent_path(neighbour);
  if (directory.empty())
    directory = ".";
  llvm::SmallString<256> realDirectory, realFile;
  if (fs::real_path(directory, realDirectory) || fs::real_path(file, realFile))
    return false;
  if (!StringRef(realDirectory).ends_with("/"))
    realDirectory += "/";
  return StringRef(realFile).starts_with(realDirectory);
}

llvm::Expected<std::shared_ptr<llvm::MemoryBuffer>>
ModelFile::openExternal(StringRef location) {
  auto known = externals.find(location);
  if (known != externals.end())
    return known->second;
  auto fail = [&](const Twine &reason) {
    return llvm::createStringError("external data file '" +
                                   printable(location) + "' " + reason);
  };
  if (location.empty())
    return llvm::createStringError("external data has no location");
  bool leaves = path::is_absolute(location) || location.contains('\0');
  for (StringRef part :
       llvm::make_range(path::begin(location), path::end(location)))
    leaves |= part == "..";
  if (leaves)
    return fail("is outside the model's directory");

  llvm::SmallString<256> full = path::parent_path(filePath);
  path::append(full, location);
  fs::file_status status;
  if (std::error_code error = fs::status(full, status))
    return fail("cannot be read: " + error.message());
  if (!fs::is_regular_file(status))
    return fail("is not a file");
  // A model that is itself a link may have its weights beside its target, as
  // download caches do.
  llvm::SmallString<256> realModel;
  bool inside = isBeside(full, filePath);
  if (!inside && !fs::real_path(filePath, realModel))
    inside = isBeside(full, realModel);
  if (!inside)
    return fail("is outside the model's directory");

  auto buffer = llvm::MemoryBuffer::getFile(full, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail("cannot be read: " + buffer.getError().message());
  return externals[location] = std::move(*buffer);
}

} // namespace resnetc::import
