// RUN: resnet-opt %s --kernel-approximate-math | FileCheck %s

// CHECK-LABEL: func.func @functions(
// CHECK-NOT: math.{{(exp|expm1|log|log1p|tanh|erf)}} 
// CHECK: return
func.func @functions(%x: vector<8xf32>, %s: f32) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, f32, f32, f32) {
  %0 = math.exp %x : vector<8xf32>
  %1 = math.tanh %x : vector<8xf32>
  %2 = math.erf %x : vector<8xf32>
  %3 = math.log %s : f32
  %4 = math.log1p %s : f32
  %5 = math.expm1 %s : f32
  return %0, %1, %2, %3, %4, %5 : vector<8xf32>, vector<8xf32>, vector<8xf32>, f32, f32, f32
}

// Others are called, and so are all of f64.
// CHECK-LABEL: func.func @calls(
// CHECK-NEXT: math.sin
// CHECK-NEXT: math.exp
func.func @calls(%x: vector<8xf32>, %s: f64) -> (vector<8xf32>, f64) {
  %0 = math.sin %x : vector<8xf32>
  %1 = math.exp %s : f64
  return %0, %1 : vector<8xf32>, f64
}
