// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// CHECK-LABEL: func.func @softmax(
// CHECK: %[[X:.+]] = kernel.view %arg0 : memref<10xf32> to memref<1x10x1xf32>
// CHECK: %[[Y:.+]] = kernel.view %arg1 : memref<10xf32> to memref<1x10x1xf32>
// CHECK: kernel.softmax ins(%[[X]]) outs(%[[Y]])
func.func @softmax(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %y = resnet.softmax %x {axis = 1 : i64} : (tensor<?x10xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}

// -----

// Over channels of an image, a pixel at a time.
// CHECK-LABEL: func.func @channels(
// CHECK: kernel.softmax ins(%{{.+}}) outs(%{{.+}}) : memref<1x8x16xf32> -> memref<1x8x16xf32>
func.func @channels(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  %y = resnet.softmax %x {axis = 1 : i64} : (tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32>
  return %y : tensor<?x8x4x4xf32>
}
