// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// Indices that are computed can be anything: they are counted from the end
// where they are negative, and limited to the five rows that there are.
// CHECK-LABEL: func.func @gather(
// CHECK: kernel.generic "gather" ins(%arg0, %arg1 : memref<5x2xi32>, memref<3xi64>)
// CHECK-DAG: %[[I:.+]] = memref.load %{{.+}}[%{{.+}}] : memref<3xi64>
// CHECK-DAG: %[[X:.+]] = arith.index_cast %[[I]] : i64 to index
// CHECK: %[[N:.+]] = arith.cmpi slt, %[[X]], %{{.+}} : index
// CHECK: %[[E:.+]] = arith.select %[[N]]
// CHECK: %[[L:.+]] = arith.maxsi %[[E]]
// CHECK: %[[P:.+]] = arith.minsi %[[L]]
// CHECK: memref.load %{{.+}}[%[[P]], %{{.+}}] : memref<5x2xi32>
func.func @gather(%x: tensor<5x2xi32>, %i: tensor<3xi64>) -> tensor<3x2xi32> attributes {resnet.whole} {
  %y = resnet.gather %x, %i : (tensor<5x2xi32>, tensor<3xi64>) -> tensor<3x2xi32>
  return %y : tensor<3x2xi32>
}

// -----

// Each example of the batch is tiled by itself.
// CHECK-LABEL: func.func @tile(
// CHECK: kernel.generic "tile" {{.*}}: memref<1x4xf32>
// CHECK: arith.remui
// CHECK: memref.load
func.func @tile(%x: tensor<?x4xf32>) -> tensor<?x12xf32> {
  %r = resnet.constant dense<[1, 3]> : tensor<2xi64>
  %y = resnet.tile %x, %r : (tensor<?x4xf32>, tensor<2xi64>) -> tensor<?x12xf32>
  return %y : tensor<?x12xf32>
}

// -----

// What has no elements needs no code.
// CHECK-LABEL: func.func @empty(
// CHECK-NOT: kernel.generic
// CHECK: return
func.func @empty(%x: tensor<3x0x5xi64>) -> tensor<3x0x5xi64> attributes {resnet.whole} {
  %y = resnet.trilu %x : (tensor<3x0x5xi64>) -> tensor<3x0x5xi64>
  return %y : tensor<3x0x5xi64>
}
