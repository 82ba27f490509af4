// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// A loop over the axis for each element; the axis is known.
// CHECK-LABEL: func.func @sum(
// CHECK: %[[X:.+]] = kernel.view %arg0 : memref<4x8xf32> to memref<1x4x8xf32>
// CHECK: %[[Y:.+]] = kernel.view %arg1 : memref<8xf32> to memref<1x8xf32>
// CHECK: kernel.generic "reduce" ins(%[[X]], %{{.+}}) outs(%[[Y]] : memref<1x8xf32>) units 1
// CHECK-NEXT: ^bb0(%[[IN:.+]]: memref<1x4x8xf32>, %{{.+}}: memref<1xi64>, %[[OUT:.+]]: memref<1x8xf32>
// CHECK: scf.for %{{.+}} =
// CHECK: scf.for %[[COLUMN:.+]] =
// CHECK: %[[C4:.+]] = arith.constant 4 : index
// CHECK: %[[SUM:.+]] = scf.for %[[K:.+]] = %{{.+}} to %[[C4]] step %{{.+}} iter_args(%[[CARRIED:.+]] = %{{.+}}) -> (f32) {
// CHECK-NEXT: %[[ELEMENT:.+]] = memref.load %[[IN]][%{{.+}}, %[[K]], %[[COLUMN]]]
// CHECK-NEXT: %[[NEXT:.+]] = arith.addf %[[CARRIED]], %[[ELEMENT]]
// CHECK-NEXT: scf.yield %[[NEXT]]
// CHECK: memref.store %[[SUM]], %[[OUT]][%{{.+}}, %[[COLUMN]]]
func.func @sum(%x: tensor<?x4x8xf32>) -> tensor<?x8xf32> {
  %axes = resnet.constant dense<-2> : tensor<1xi64>
  %y = resnet.reduce %x, %axes {keepdims = false, kind = #resnet.reduction<sum>} : (tensor<?x4x8xf32>, tensor<1xi64>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// The axis is read where the sum is computed: along any other dimension the
// loop is over one element.
// CHECK-LABEL: func.func @axis(
// CHECK: kernel.generic "cumsum"
// CHECK: %[[AXIS:.+]] = memref.load %{{.+}}[] : memref<i32>
// CHECK: arith.cmpi eq, %[[AXIS]]
// CHECK: arith.select
// CHECK: scf.for
func.func @axis(%x: tensor<3x4xf64>, %axis: tensor<i32>) -> tensor<3x4xf64> attributes {resnet.whole} {
  %y = resnet.cumsum %x, %axis : (tensor<3x4xf64>, tensor<i32>) -> tensor<3x4xf64>
  return %y : tensor<3x4xf64>
}
