//===- NetworkBuilder.h - Builds a network of kernels --------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_RESNETTOKERNEL_NETWORKBUILDER_H
#define RESNETC_LIB_CONVERSION_RESNETTOKERNEL_NETWORKBUILDER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Support/FloatConstant.h"
#include <array>

namespace resnetc {

/// One example of a tensor in memory: its buffer, and where in it the data
/// lies. A matrix N x C in blocks is an image of C channels of one pixel. In a
/// network that is computed as a whole, a tensor whose first dimension is 1 is
/// one example, and any other lies there entire.
struct Image {
  mlir::Value buffer;
  llvm::SmallVector<int64_t> shape; ///< The tensor's, without the batch.
  bool isExample = true;            ///< Else the shape is the whole tensor's.
  int64_t block = 1;
  int64_t top = 0, left = 0; ///< Of the data within each plane.

  bool isBlocked() const { return block > 1; }
  int64_t size(size_t i) const { return i < shape.size() ? shape[i] : 1; }
  int64_t channels() const { return size(0); }
  int64_t height() const { return size(1); }
  int64_t width() const { return size(2); }
  int64_t elements() const;
  mlir::MemRefType getType() const {
    return llvm::cast<mlir::MemRefType>(buffer.getType());
  }
  /// Whether the elements lie as in a plain tensor, with nothing between.
  bool isPlain() const;
};

/// What tensors of a network there are.
enum class NetworkKind {
  Examples, ///< All have the batch as their first dimension.
  Whole,    ///< It is computed on whole tensors, once.
  Training  ///< Those of static shape are shared by all examples.
};

/// Creates a function of kernels from one of tensors, operation by operation.
class NetworkBuilder {
public:
  /// The first dimension of all tensors of a network of examples is `batch`, if
  /// given.
  NetworkBuilder(mlir::OpBuilder &builder, NetworkKind kind,
                 std::optional<int64_t> batch)
      : b(builder.getUnknownLoc(), builder.getContext()), kind(kind),
        batch(batch) {
    b.restoreInsertionPoint(builder.saveInsertionPoint());
  }

  mlir::ImplicitLocOpBuilder b;

  bool isWhole() const { return kind == NetworkKind::Whole; }
  bool isTraining() const { return kind == NetworkKind::Training; }
  /// How a tensor of this type lies in memory; no buffer yet. Fails for shapes
  /// that are not known, and for those without a batch in a network that is
  /// computed example by example, with an error at `loc`.
  llvm::FailureOr<Image> describe(mlir::Type type, mlir::Location loc) const;
  /// Forgets a result that was created in vain.
  void forget(mlir::Value tensor) { images.erase(tensor); }
  static mlir::MemRefType bufferType(const Image &image,
                                     mlir::RankedTensorType type);

  /// The memory of a value that was computed.
  Image get(mlir::Value tensor) const { return images.lookup(tensor); }
  bool has(mlir::Value tensor) const { return images.contains(tensor); }
  void set(mlir::Value tensor, Image image) {
    images[tensor] = std::move(image);
  }
  /// New memory for a result; what is outside its data is zero.
  llvm::FailureOr<Image> create(mlir::Value tensor);
  /// Memory that nobody writes, for a result that cannot be computed, so that
  /// what comes after it can be looked at.
  llvm::LogicalResult createPlaceholder(mlir::Value tensor);
  /// New memory, for each example or shared as the image is.
  mlir::Value createBuffer(mlir::MemRefType type, const Image &image);
  /// Says that `tensor` is `image` under another shape.
  llvm::LogicalResult setView(mlir::Value tensor, const Image &image);
  /// `buffer` under another type of the same size.
  mlir::Value view(mlir::Value buffer, mlir::MemRefType type);

  /// A weight of f32 that `fill` writes.
  mlir::Value
  weight(llvm::ArrayRef<int64_t> shape, llvm::StringRef name,
         llvm::function_ref<void(llvm::MutableArrayRef<float>)> fill);
  /// A weight as it is.
  mlir::Value weight(mlir::ElementsAttr value);

private:
  /// Of something computed; an error if its first dimension is no batch.
  llvm::FailureOr<Image> describeResult(mlir::Value tensor) const;

  NetworkKind kind;
  std::optional<int64_t> batch;
  llvm::DenseMap<mlir::Value, Image> images;
};

/// Copies an image of at most three dimensions into memory where it lies in
/// another way.
void buildReorder(Image input, Image output, NetworkBuilder &builder);

/// What memory holds for a tensor's element: integers have no sign, and a
/// boolean is a byte.
mlir::Type memoryType(mlir::Type element);

/// The constant of f32 that `value` is; nothing if it is none.
std::optional<FloatConstant> getFloats(mlir::Value value);

/// Registration of the external models, by file.
void registerConvToKernel(mlir::DialectRegistry &registry);
void registerDropoutToElement(mlir::DialectRegistry &registry);
void registerElementwiseToElement(mlir::DialectRegistry &registry);
void registerFilterGradientToKernel(mlir::DialectRegistry &registry);
void registerMatrixToElement(mlir::DialectRegistry &registry);
void registerWindowsToElement(mlir::DialectRegistry &registry);
void registerElementwiseToKernel(mlir::DialectRegistry &registry);
void registerGradientsToElement(mlir::DialectRegistry &registry);
void registerIndexingToElement(mlir::DialectRegistry &registry);
void registerMovementToElement(mlir::DialectRegistry &registry);
void registerMovementToKernel(mlir::DialectRegistry &registry);
void registerNormalizationToElement(mlir::DialectRegistry &registry);
void registerPoolGradientToKernel(mlir::DialectRegistry &registry);
void registerPoolToKernel(mlir::DialectRegistry &registry);
void registerReductionToElement(mlir::DialectRegistry &registry);
void registerResizeToElement(mlir::DialectRegistry &registry);
void registerSamplingToElement(mlir::DialectRegistry &registry);
void registerSoftmaxToKernel(mlir::DialectRegistry &registry);

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_RESNETTOKERNEL_NETWORKBUILDER_H
