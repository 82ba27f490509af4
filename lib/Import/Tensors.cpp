//===- Tensors.cpp - From TensorProto to attributes -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tensors.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using onnx::TensorProto;

namespace resnetc::import {

/// Constants of up to this many elements are dense: printed, uniqued, folded.
static constexpr int64_t maxDenseElements = 64;

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

Type convertElementType(MLIRContext *context, int32_t dataType) {
  auto integer = [&](unsigned width, bool isUnsigned = false) {
    return IntegerType::get(context, width,
                            isUnsigned ? IntegerType::Unsigned
                                       : IntegerType::Signless);
  };
  switch (dataType) {
  case TensorProto::FLOAT:
    return Float32Type::get(context);
  case TensorProto::DOUBLE:
    return Float64Type::get(context);
  case TensorProto::FLOAT16:
    return Float16Type::get(context);
  case TensorProto::BFLOAT16:
    return BFloat16Type::get(context);
  case TensorProto::BOOL:
    return integer(1);
  case TensorProto::INT8:
    return integer(8);
  case TensorProto::INT16:
    return integer(16);
  case TensorProto::INT32:
    return integer(32);
  case TensorProto::INT64:
    return integer(64);
  case TensorProto::UINT8:
    return integer(8, true);
  case TensorProto::UINT16:
    return integer(16, true);
  case TensorProto::UINT32:
    return integer(32, true);
  case TensorProto::UINT64:
    return integer(64, true);
  default:
    return {};
  }
}

std::string nameOfElementType(int64_t dataType) {
  // Newer than the schema that this is built with.
  static constexpr StringRef newer[] = {
      "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ",
      "UINT4",        "INT4",           "FLOAT4E2M1", "FLOAT8E8M0"};
  if (dataType >= 0 && dataType < 17 &&
      onnx::TensorProto_DataType_IsValid(static_cast<int>(dataType)))
    return onnx::TensorProto_DataType_Name(
        static_cast<onnx::TensorProto_DataType>(dataType));
  if (dataType >= 17 && dataType < 17 + static_cast<int64_t>(std::size(newer)))
    return newer[dataType - 17].str();
  return "type " + std::to_string(dataType);
}

//===----------------------------------------------------------------------===//
// Where the bytes are
//===----------------------------------------------------------------------===//

namespace {
/// Little-endian elements, and what keeps them in memory.
struct Bytes {
  ArrayRef<char> data;
  std::shared_ptr<const void> owner;
};
} // namespace

/// A field whose elements are as wide as the tensor's: used where it lies.
template <typename T>
static Bytes viewField(const google::protobuf::RepeatedField<T> &field,
                       std::shared_ptr<const void> owner) {
  return {ArrayRef<char>(reinterpret_cast<const char *>(field.data()),
                         field.size() * sizeof(T)),
          std::move(owner)};
}

/// A field whose elements are wider than the tensor's.
template <typename T, typename Field>
static Bytes narrowField(const Field &field) {
  auto elements = std::make_shared<std::vector<T>>();
  elements->reserve(field.size());
  for (auto value : field)
    elements->push_back(static_cast<T>(value));
  return {ArrayRef<char>(reinterpret_cast<const char *>(elements->data()),
                         elements->size() * sizeof(T)),
          elements};
}

static Bytes readTypedField(const TensorProto &proto,
                            std::shared_ptr<const void> owner) {
  switch (proto.data_type()) {
  case TensorProto::FLOAT:
    return viewField(proto.float_data(), std::move(owner));
  case TensorProto::DOUBLE:
    return viewField(proto.double_data(), std::move(owner));
  case TensorProto::INT32:
    return viewField(proto.int32_data(), std::move(owner));
  case TensorProto::INT64:
    return viewField(proto.int64_data(), std::move(owner));
  case TensorProto::UINT64:
    return viewField(proto.uint64_data(), std::move(owner));
  case TensorProto::UINT32:
    return narrowField<uint32_t>(proto.uint64_data());
  case TensorProto::INT8:
  case TensorProto::UINT8:
  case TensorProto::BOOL:
    return narrowField<uint8_t>(proto.int32_data());
  default: // 16 bits: integers, and floats by their bits
    return narrowField<uint16_t>(proto.int32_data());
  }
}

static llvm::Error malformed(const Twine &reason) {
  return llvm::createStringError(reason);
}

static llvm::Expected<Bytes>
readExternal(ModelFile &file, const TensorProto &proto, uint64_t needed) {
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
  for (const auto &entry : proto.external_data()) {
    uint64_t number = 0;
    if (entry.key() == "location") {
      location = entry.value();
    } else if (entry.key() == "offset" || entry.key() == "length") {
      if (StringRef(entry.value()).getAsInteger(10, number))
        return malformed("external data has the " + entry.key() + " '" +
                         printable(entry.value()) + "'");
      if (entry.key() == "offset")
        offset = number;
      else
        length = number;
    }
  }
  if (length.value_or(needed) != needed)
    return malformed("external data has " + Twine(*length) +
                     " bytes, but the shape needs " + Twine(needed));
  auto buffer = file.openExternal(location);
  if (!buffer)
    return buffer.takeError();
  uint64_t size = (*buffer)->getBufferSize();
  if (offset > size || needed > size - offset)
    return malformed("external data file '" + printable(location) + "' has " +
                     Twine(size) + " bytes, but the tensor takes " +
                     Twine(needed) + " from " + Twine(offset));
  return Bytes{ArrayRef<char>((*buffer)->getBufferStart() + offset, needed),
               *buffer};
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

static llvm::Expected<RankedTensorType> convertType(MLIRContext *context,
                                                    const TensorProto &proto) {
  Type element = convertElementType(context, proto.data_type());
  if (!element)
    return malformed("elements of " + nameOfElementType(proto.data_type()) +
                     " are not supported");
  if (proto.dims_size() > maxRank)
    return malformed("has rank " + Twine(proto.dims_size()));
  int64_t count = 1;
  for (int64_t size : proto.dims()) {
    if (size < 0)
      return malformed("has a dimension of " + Twine(size));
    std::optional<int64_t> product = llvm::checkedMul(count, size);
    // An upper bound keeps later arithmetic on sizes from overflowing.
    if (!product || *product > int64_t(1) << 40 || size > int64_t(1) << 40)
      return malformed("is too large");
    count = *product;
  }
  return RankedTensorType::get(ArrayRef(proto.dims().data(), proto.dims_size()),
                               element);
}

static ElementsAttr makeDense(RankedTensorType type, ArrayRef<char> data) {
  if (type.getNumElements() == 0)
    return DenseElementsAttr::get(type, ArrayRef<Attribute>());
  if (!type.getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(type, data);
  SmallVector<bool> values;
  for (char byte : data)
    values.push_back(byte != 0);
  return DenseElementsAttr::get(type, values);
}

static ElementsAttr makeResource(RankedTensorType type, Bytes bytes,
                                 size_t width, StringRef name) {
  if (!llvm::isAddrAligned(llvm::Align(width), bytes.data.data()))
    return DenseResourceElementsAttr::get(
        type, name,
        HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes.data, width,
                                                      /*dataIsMutable=*/false));
  auto keepAlive = [owner = std::move(bytes.owner)](void *, size_t, size_t) {};
  return DenseResourceElementsAttr::get(
      type, name,
      AsmResourceBlob(bytes.data, width, std::move(keepAlive),
                      /*dataIsMutable=*/false));
}

static size_t widthOf(RankedTensorType type) {
  Type element = type.getElementType();
  return element.isInteger(1) ? 1 : element.getIntOrFloatBitWidth() / 8;
}

llvm::Expected<std::string> readExternalData(MLIRContext *context,
                                             ModelFile &file,
                                             const TensorProto &proto) {
  auto type = convertType(context, proto);
  if (!type)
    return type.takeError();
  auto bytes =
      readExternal(file, proto, type->getNumElements() * widthOf(*type));
  if (!bytes)
    return bytes.takeError();
  return std::string(bytes->data.begin(), bytes->data.end());
}

llvm::Expected<ElementsAttr> convertTensor(MLIRContext *context,
                                           ModelFile &file,
                                           const TensorProto &proto,
                                           StringRef name) {
  auto type = convertType(context, proto);
  if (!type)
    return type.takeError();
  if (proto.has_segment())
    return malformed("segmented tensors are not supported");
  bool isBool = type->getElementType().isInteger(1);
  size_t width = widthOf(*type);
  uint64_t needed = type->getNumElements() * width;

  Bytes bytes;
  if (proto.data_location() == TensorProto::EXTERNAL) {
    auto external = readExternal(file, proto, needed);
    if (!external)
      return external.takeError();
    bytes = *external;
  } else if (proto.has_raw_data()) {
    bytes = {ArrayRef(proto.raw_data().data(), proto.raw_data().size()),
             file.getModel()};
  } else {
    bytes = readTypedField(proto, file.getModel());
  }
  if (bytes.data.size() != needed)
    return malformed("has " + Twine(bytes.data.size()) +
                     " bytes of data, but its shape needs " + Twine(needed));
  if (isBool || type->getNumElements() <= maxDenseElements)
    return makeDense(*type, bytes.data);
  return makeResource(*type, std::move(bytes), width,
                      name.empty() ? "weight" : name);
}

} // namespace resnetc::import
